package terminal

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"zhenban/bot"
)

const (
	dim   = "\x1b[2m"
	plain = "\x1b[0m"
	// wipe clears the line with the prompt, so that a push does not stand in it.
	wipe   = "\r\x1b[K"
	prompt = "> "
)

// say prints one message. If the prompt stands there it is cleared first and
// shown again after; what the person has typed so far stays in the tty.
func (c *Channel) say(m bot.Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	if c.waiting && c.o.Interactive {
		b.WriteString(wipe)
	}
	b.WriteString(c.render(m))
	if c.waiting && c.o.Interactive {
		b.WriteString(c.dimmed(prompt))
	}
	_, err := io.WriteString(c.o.Out, b.String())
	return err
}

// prompt shows that a line can be typed.
func (c *Channel) prompt() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = true
	if !c.o.Interactive {
		return nil
	}
	_, err := io.WriteString(c.o.Out, c.dimmed(prompt))
	return err
}

// took ends the wait for a line; on a pipe the line is echoed.
func (c *Channel) took(text string, echo bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = false
	s := ""
	switch {
	case c.o.Interactive && !echo:
		s = "\n" // end of input leaves the prompt's line open
	case !c.o.Interactive && echo:
		s = c.dimmed(strings.TrimRight(prompt+printable(text), " ")) + "\n"
	}
	_, err := io.WriteString(c.o.Out, s)
	return err
}

// render lays a message out: text, what is attached, numbered options, and an
// empty line that parts it from the next.
func (c *Channel) render(m bot.Message) string {
	var b strings.Builder
	if t := strings.TrimRight(printable(m.Text), "\n"); t != "" {
		b.WriteString(t + "\n")
	}
	if md := m.Media; md != nil {
		switch {
		case md.Latitude != 0 || md.Longitude != 0:
			fmt.Fprintf(&b, "%s\n", c.dimmed(fmt.Sprintf("[geo:%.6f,%.6f]", md.Latitude, md.Longitude)))
		default:
			fmt.Fprintf(&b, "%s\n", c.dimmed(strings.TrimSpace(fmt.Sprintf("[%s %s %d B]", printable(md.Name), printable(md.ContentType), len(md.Data)))))
		}
	}
	for i, o := range m.Options {
		fmt.Fprintf(&b, "%d. %s", m.Number(i), strings.Join(strings.Fields(printable(o.Label)), " "))
		if o.URL != "" {
			b.WriteString(" " + c.dimmed(printable(o.URL)))
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	return b.String()
}

func (c *Channel) dimmed(s string) string {
	if !c.o.Color {
		return s
	}
	return dim + s + plain
}

// printable drops control characters: an answer may quote what somebody else
// typed, and that must not move this person's cursor.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}
