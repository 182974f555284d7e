package media

import "errors"

// Reason says why a file is not taken; the person is told what to do instead.
type Reason string

// The reasons.
const (
	Empty    Reason = "empty"
	TooLarge Reason = "too_large" // more bytes than MaxSize
	HEIC     Reason = "heic"      // what an iPhone makes if it is not told otherwise: nothing here can show it
	Video    Reason = "video"
	Kind     Reason = "kind"    // neither PDF nor PNG nor JPEG
	Damaged  Reason = "damaged" // it breaks off, or is not what it says
	TooWide  Reason = "too_wide"
	Bomb     Reason = "bomb" // small as it comes, without end once it is unpacked
	Lost     Reason = "lost" // the platform does not give it out any more, or did not now
)

// Refusal is a file that is not taken.
type Refusal struct {
	Reason Reason
	Detail string // for a log or an API: what was found instead
}

// Error is the detail.
func (r *Refusal) Error() string { return r.Detail }

// ReasonOf is why err refuses a file; Lost when it is no refusal: it did not
// come, and may come if it is sent again.
func ReasonOf(err error) Reason {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Reason
	}
	return Lost
}

func refuse(r Reason, detail string) error { return &Refusal{r, detail} }
