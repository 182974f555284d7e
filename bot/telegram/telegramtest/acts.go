package telegramtest

import (
	"fmt"
	"strings"
)

// Say sends a text; commands are texts. It returns the update's number.
func (p *Person) Say(text string) int64 {
	return p.act(func() object {
		if p.keyboard != nil && p.keyboard.OneTime {
			p.keyboard.Folded = true
		}
		return object{"text": text}
	})
}

// Start opens the chat as the Start button or a deep link does.
func (p *Person) Start(payload string) int64 {
	return p.Say(strings.TrimSpace("/start " + payload))
}

// ShareContact sends the person's own contact, or someone else's.
func (p *Person) ShareContact(own bool) int64 {
	return p.act(func() object {
		if p.keyboard != nil && p.keyboard.OneTime {
			p.keyboard.Folded = true
		}
		contact := object{"phone_number": fmt.Sprintf("86138%08d", p.id), "first_name": p.name, "user_id": p.id}
		if !own {
			contact = object{"phone_number": "8613900000000", "first_name": "Somebody", "user_id": p.id + 1}
		}
		return object{"contact": contact}
	})
}

// Photo sends a photo; Telegram makes several sizes of it.
func (p *Person) Photo(data []byte, caption string) int64 {
	return p.act(func() object {
		size := func(w, h int) object {
			return p.s.store("photos", ".jpg", data, object{"width": w, "height": h})
		}
		return captioned(caption, object{"photo": []object{size(90, 67), size(320, 240), size(1280, 960)}})
	})
}

// Document sends a file.
func (p *Person) Document(name, kind string, data []byte, caption string) int64 {
	return p.act(func() object {
		f := p.s.store("documents", "", data, object{"file_name": name, "mime_type": kind})
		return captioned(caption, object{"document": f})
	})
}

// Voice sends a voice message.
func (p *Person) Voice(data []byte) int64 {
	return p.act(func() object {
		return object{"voice": p.s.store("voice", ".oga", data, object{"duration": 3, "mime_type": "audio/ogg"})}
	})
}

// Video sends a video.
func (p *Person) Video(data []byte) int64 {
	return p.act(func() object {
		return object{"video": p.s.store("videos", ".mp4", data, object{"duration": 3, "width": 640, "height": 480, "mime_type": "video/mp4"})}
	})
}

// Animation sends a GIF, which Telegram also describes as a document.
func (p *Person) Animation() int64 {
	return p.act(func() object {
		f := p.s.store("animations", ".mp4", []byte("gif"), object{"mime_type": "video/mp4"})
		return object{"animation": f, "document": f}
	})
}

// Sticker sends a sticker.
func (p *Person) Sticker() int64 {
	return p.act(func() object {
		f := p.s.store("stickers", ".webp", []byte("sticker"), object{"type": "regular", "width": 512, "height": 512, "is_animated": false, "is_video": false, "emoji": "👍"})
		return object{"sticker": f}
	})
}

// Location sends a place.
func (p *Person) Location(latitude, longitude float64) int64 {
	return p.act(func() object {
		return object{"location": object{"latitude": latitude, "longitude": longitude}}
	})
}

// Raw sends a message with these fields, for what has no method here.
func (p *Person) Raw(fields map[string]any) int64 { return p.act(func() object { return fields }) }

// Tap taps a button of the newest keyboard that has it, by label or data.
func (p *Person) Tap(which string) error {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	for i := len(p.messages) - 1; i >= 0; i-- {
		m := p.messages[i]
		for _, row := range m.Inline {
			for _, b := range row {
				if b.Text != which && (b.Data != which || b.Data == "") {
					continue
				}
				if b.URL != "" {
					return fmt.Errorf("telegramtest: %q opens %s", which, b.URL)
				}
				id := p.s.next("CB-")
				p.s.queries[id] = &query{person: p, at: p.s.cfg.Clock.Now()}
				p.spinning++
				p.s.enqueue(p, "callback_query", object{
					"id": id, "from": p.userJSON(), "message": p.messageJSON(&m), "chat_instance": "1", "data": b.Data,
				})
				return nil
			}
		}
	}
	return fmt.Errorf("telegramtest: person %d has no button %q", p.id, which)
}

// Edit changes the person's last message.
func (p *Person) Edit(text string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.enqueue(p, "edited_message", object{
		"message_id": p.messageID, "date": p.s.cfg.Clock.Now().Unix(), "edit_date": p.s.cfg.Clock.Now().Unix(),
		"chat": p.chatJSON(), "from": p.userJSON(), "text": text,
	})
}

// SayInGroup says something in a group that the bot is in.
func (p *Person) SayInGroup(text string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.enqueue(p, "message", object{
		"message_id": 1, "date": p.s.cfg.Clock.Now().Unix(), "from": p.userJSON(), "text": text,
		"chat": object{"id": -1000 - p.id, "type": "supergroup", "title": "Group"},
	})
}

// Block blocks the bot; sends answer 403 from now on.
func (p *Person) Block() { p.member("member", "kicked") }

// Unblock lifts the block.
func (p *Person) Unblock() { p.member("kicked", "member") }

// Deactivate deletes the person's account; no update tells of it.
func (p *Person) Deactivate() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.deactivated = true
}

func (p *Person) member(from, to string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.blocked = to == "kicked"
	me := object{"id": 123456, "is_bot": true, "first_name": "Stand-in"}
	p.s.enqueue(p, "my_chat_member", object{
		"chat": p.chatJSON(), "from": p.userJSON(), "date": p.s.cfg.Clock.Now().Unix(),
		"old_chat_member": object{"user": me, "status": from, "until_date": 0},
		"new_chat_member": object{"user": me, "status": to, "until_date": 0},
	})
}

// act sends a message; writing to a blocked bot needs unblocking first.
func (p *Person) act(build func() object) int64 {
	p.s.mu.Lock()
	blocked := p.blocked
	p.s.mu.Unlock()
	if blocked {
		p.Unblock()
	}
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.started = true
	p.messageID++
	m := object{"message_id": p.messageID, "date": p.s.cfg.Clock.Now().Unix(), "chat": p.chatJSON(), "from": p.userJSON()}
	for k, v := range build() {
		m[k] = v
	}
	return p.s.enqueue(p, "message", m)
}

func captioned(caption string, o object) object {
	if caption != "" {
		o["caption"] = caption
	}
	return o
}
