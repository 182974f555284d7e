package telegramtest

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strconv"
	"time"
)

// query is a tap that waits for its answer.
type query struct {
	person   *Person
	at       time.Time
	answered bool
}

const queryLife = 15 * time.Minute // then "query is too old"

func (s *Server) answerCallbackQuery(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if units(c.values["text"]) > 200 {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	q := s.queries[c.values["callback_query_id"]]
	if q == nil || q.answered || s.cfg.Clock.Now().Sub(q.at) > queryLife {
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	q.answered = true
	q.person.spinning--
	q.person.change()
	return true, nil
}

func (s *Server) editMessageReplyMarkup(c *call) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.recipient(c)
	if err != nil {
		return nil, err
	}
	id, err := c.number("message_id")
	if err != nil {
		return nil, err
	}
	k, err := parseMarkup(c.values["reply_markup"])
	if err != nil {
		return nil, err
	}
	for i := range p.messages {
		m := &p.messages[i]
		if m.ID != id {
			continue
		}
		if reflect.DeepEqual(m.Inline, k.inline) {
			return nil, bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
		}
		m.Inline = k.inline
		p.change()
		return p.messageJSON(m), nil
	}
	return nil, bad("message to edit not found")
}

func (s *Server) setMyCommands(c *call) (any, error) {
	var commands []Command
	if err := json.Unmarshal([]byte(c.values["commands"]), &commands); err != nil {
		return nil, bad("can't parse commands JSON object")
	}
	language := c.values["language_code"]
	if len(language) != 0 && !regexp.MustCompile(`^[a-z]{2}$`).MatchString(language) {
		return nil, bad("LANG_CODE_INVALID")
	}
	if len(commands) > 100 {
		return nil, bad("BOT_COMMANDS_TOO_MUCH")
	}
	for _, cmd := range commands {
		if !regexp.MustCompile(`^[a-z0-9_]{1,32}$`).MatchString(cmd.Command) {
			return nil, bad("BOT_COMMAND_INVALID")
		}
		if n := units(cmd.Description); n < 1 || n > 256 {
			return nil, bad("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands[language] = commands
	return true, nil
}

// next gives out numbers for files and queries; s.mu is held.
func (s *Server) next(prefix string) string {
	s.serial++
	return prefix + strconv.FormatInt(s.serial, 10)
}
