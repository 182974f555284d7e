package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"zhenban/models"
)

// sessionVersion rises when the shape of session changes; an older one that
// cannot be read starts afresh.
const sessionVersion = 1

// maxBack is how many steps "back" can take; maxSuspended how many
// conversations wait below the running one.
const (
	maxBack      = 8
	maxSuspended = 2
)

// IdleExpiry is how long a conversation waits for its next answer (design).
const IdleExpiry = 30 * time.Minute

// frame is one conversation at one of its questions.
type frame struct {
	Flow   string          `json:"f"`
	State  json.RawMessage `json:"s,omitempty"`
	Prompt []Message       `json:"p,omitempty"` // the question as it was asked
}

// session is what a contact's newest turn keeps of the conversation.
type session struct {
	V         int     `json:"v"`
	Top       frame   `json:"t"`           // the running conversation; Flow "" for none
	Back      []frame `json:"b,omitempty"` // earlier questions of it
	Suspended []frame `json:"u,omitempty"` // conversations waiting below it
	Expired   *frame  `json:"x,omitempty"` // left idle, offered again
	Undo      *undo   `json:"z,omitempty"` // what takes back what was done last
	About     *about  `json:"a,omitempty"` // the push that was answered last
}

// about is a push that was answered: more about it is understood for a while.
type about struct {
	Opens   string    `json:"o"`
	Subject string    `json:"s"`
	At      time.Time `json:"at"`
}

// undo is a command that stands for a while.
type undo struct {
	Command string    `json:"c"`
	At      time.Time `json:"at"`
}

// undoLife is how long something can be taken back by saying so.
const undoLife = 24 * time.Hour

// recall tells the turn what can be undone, remember keeps what it did.
func (s *session) recall(t *Turn) {
	if s.Undo != nil && t.Now.Sub(s.Undo.At) > undoLife {
		s.Undo = nil
	}
	if s.About != nil && t.Now.Sub(s.About.At) > IdleExpiry {
		s.About = nil
	}
	if s.Undo != nil {
		t.undone = s.Undo.Command
	}
}

func (s *session) remember(t *Turn) {
	switch t.undo {
	case "":
	case nothing:
		s.Undo = nil
	default:
		s.Undo = &undo{t.undo, t.Now}
	}
}

func (s *session) empty() bool {
	return s.Top.Flow == "" && len(s.Suspended) == 0 && s.Expired == nil && s.Undo == nil && s.About == nil
}

func (s *session) encode() ([]byte, error) {
	if s.empty() {
		return nil, nil
	}
	s.V = sessionVersion
	return json.Marshal(s)
}

func decodeSession(b []byte) (session, error) {
	var s session
	if len(b) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return session{}, fmt.Errorf("session: %w", err)
	}
	if s.V != sessionVersion {
		return session{}, nil
	}
	return s, nil
}

// clone copies what a step may change, so that a step that fails or is run
// again finds the session as it was.
func (s *session) clone() session {
	c := *s
	c.Back = append([]frame(nil), s.Back...)
	c.Suspended = append([]frame(nil), s.Suspended...)
	return c
}

// ask makes f the question that is open.
func (s *session) ask(f frame) {
	if s.Top.Flow == f.Flow && len(s.Top.Prompt) > 0 && string(s.Top.State) != string(f.State) {
		s.Back = append(s.Back, s.Top)
		if len(s.Back) > maxBack {
			s.Back = s.Back[len(s.Back)-maxBack:]
		}
	}
	s.Top = f
}

// suspend puts the running conversation below a new one.
func (s *session) suspend() {
	if s.Top.Flow == "" {
		return
	}
	s.Suspended = append(s.Suspended, s.Top)
	if len(s.Suspended) > maxSuspended {
		s.Suspended = s.Suspended[len(s.Suspended)-maxSuspended:]
	}
	s.Top, s.Back = frame{}, nil
}

// end leaves the running conversation and returns the one below, if any.
func (s *session) end() {
	s.Top, s.Back = frame{}, nil
	if n := len(s.Suspended); n > 0 {
		s.Top = s.Suspended[n-1]
		s.Suspended = s.Suspended[:n-1]
	}
}

// answer is what a turn keeps of its reply.
type answer struct {
	Messages []Message `json:"m,omitempty"`
	Inline   int       `json:"i,omitempty"` // how many of them went inline
	// Open and OpenSeq are the options of an earlier answer, and its turn, when
	// this turn was an event that needed no answer: they still stand on the screen.
	Open    []Option `json:"o,omitempty"`
	OpenSeq int64    `json:"q,omitempty"`
}

// seq is the turn that the options were given in.
func (a *answer) seq(turn int64) int64 {
	if a.OpenSeq > 0 {
		return a.OpenSeq
	}
	return turn
}

// options are what a number or words can pick after this answer.
func (a *answer) options() []Option {
	out := slices.Clone(a.Open)
	for i := range a.Messages {
		out = append(out, a.Messages[i].Options...)
	}
	return out
}

// live is a contact as this copy last saw it. It may be stale: the unique key
// of the next turn notices.
type live struct {
	contact models.Contact
	known   bool // the contact has a row
	seq     int64
	key     string // of the newest turn
	at      time.Time
	session session
	answer  answer
	staff   *models.Staff
	wish    wish
}
