package bot

import (
	"context"
	"time"

	"zhenban/models"
)

// Wayfinder is a Channel with more than one way to a person. A message goes by
// models.WayChat through Send, by any other through SendBy.
type Wayfinder interface {
	Channel
	// Ways lists how a push can go out now, the best first; none: not at all.
	Ways(r Reached) []Way
	// SendBy delivers what a push says in short. Failures are *SendError; the
	// key is the same at each attempt.
	SendBy(ctx context.Context, w Way, address string, n *models.Notice, key string) (receipt string, err error)
}

// Way is one of a channel's ways.
type Way struct {
	Name     string        // models.WayChat …
	Template string        // the platform's name for the form that is filled in, if any
	Once     time.Duration // how long the platform drops a repeat under the same key; 0: it never does
	Spends   bool          // uses up a consent for Template
}

// Windowed is a Channel that carries messages only for a while after the person
// wrote.
type Windowed interface{ Window() models.Window }

// ReachOptions is what the channels can do, for an estimate of who can be reached.
func ReachOptions(channels []Channel) models.ReachOptions {
	o := models.ReachOptions{Windows: map[string]models.Window{}, Mass: map[string]models.MassRules{}}
	for _, c := range channels {
		o.Channels = append(o.Channels, c.Name())
		if w, ok := c.(Windowed); ok {
			o.Windows[c.Name()] = w.Window()
		}
		if m, ok := c.(Masser); ok {
			if rules, on := m.Mass(); on {
				o.Mass[c.Name()] = rules
			}
		}
	}
	return o
}

// Masser is a Channel that can say the same to many in one call.
type Masser interface {
	Channel
	// Mass is what the platform allows of it; ok is false when it is not set up.
	Mass() (rules models.MassRules, ok bool)
	// SendMass makes the call. again reports that the platform has taken it
	// before, under the same key and perhaps for more people. Failures are
	// *SendError.
	SendMass(ctx context.Context, addresses []string, m Message, key string) (receipt string, again bool, err error)
	// Strangers tells which of them made a call fail as Unreachable.
	Strangers(ctx context.Context, addresses []string) ([]string, error)
}

// Reached is what a channel's choice of ways rests on.
type Reached struct {
	Now       time.Time
	Heard     []models.Heard     // the newest first
	Delivered []models.Delivered // the newest first
	Consents  map[string]models.NoticeConsent
	Notice    *models.Notice // nil: the push has no short form
	Parts     int            // messages it takes in the chat
}

// lookBack is how far back Reached goes: beyond the longest window there is
// (48 h, WeChat).
const lookBack = 49 * time.Hour

// Drawer is a Channel whose messages lie until the person looks: no other way
// to reach somebody who is asked to act.
type Drawer interface{ Drawer() }

// Consenter is a Channel some of whose ways need the person's consent.
type Consenter interface {
	// Lacks names the template by which a notice would have gone out, had the
	// person agreed to it.
	Lacks(n *models.Notice, consents map[string]models.NoticeConsent) (template string, lacks bool)
	// Asks reports that there is a page for any.
	Asks() bool
	// AskPage is where a person agrees to a template; "" for nowhere.
	AskPage(template string) string
}
