package wechattest

import (
	"net/http"
	"slices"
)

// Fault is a way in which HTTP itself fails.
type Fault string

// The faults a test can order.
const (
	Fault500   Fault = "500"   // a status and an empty body
	FaultEmpty Fault = "empty" // 200 and nothing
	FaultHTML  Fault = "html"  // 502 with a proxy's page
	FaultPage  Fault = "page"  // 200 with a page
	FaultHang  Fault = "hang"  // takes the request and never answers
	FaultCut   Fault = "cut"   // takes the request and closes the connection
	FaultTrunc Fault = "trunc" // 200 with JSON that ends early
	FaultLost  Fault = "lost"  // carries the call out, then closes the connection
	FaultMute  Fault = "mute"  // carries the call out, and never answers
	FaultFlood Fault = "flood" // 200 with a picture that does not end
)

// fault is one ordered failure.
type fault struct {
	path string // "" any but the token's
	code int
	kind Fault
	left int
}

// FailNext answers the next n calls that need a token with an errcode.
func (s *Server) FailNext(code, n int) { s.order(fault{code: code, left: n}) }

// FailNextAt does so for one path, the token's included.
func (s *Server) FailNextAt(path string, code, n int) {
	s.order(fault{path: path, code: code, left: n})
}

// BreakNext lets the next n calls that need a token fail as HTTP.
func (s *Server) BreakNext(kind Fault, n int) { s.order(fault{kind: kind, left: n}) }

// BreakNextAt does so for one path, the token's included.
func (s *Server) BreakNextAt(path string, kind Fault, n int) {
	s.order(fault{path: path, kind: kind, left: n})
}

func (s *Server) order(f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// nextFault takes the first ordered failure that fits; the lock is held.
func (s *Server) nextFault(path string) fault {
	for i := range s.faults {
		f := &s.faults[i]
		isToken := path == "/cgi-bin/stable_token" || path == "/cgi-bin/token"
		if f.path != path && (f.path != "" || isToken) {
			continue
		}
		taken := *f
		if f.left--; f.left <= 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return taken
	}
	return fault{}
}

// misbehave carries a fault of HTTP out; false if there is none of that name.
func (s *Server) misbehave(w http.ResponseWriter, r *http.Request, kind Fault) bool {
	switch kind {
	case Fault500:
		w.WriteHeader(http.StatusInternalServerError)
	case FaultEmpty:
		w.WriteHeader(http.StatusOK)
	case FaultHTML:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write([]byte("<html><body>502 Bad Gateway</body></html>"))
	case FaultPage:
		_, _ = w.Write([]byte("<html><body>maintenance</body></html>"))
	case FaultHang:
		drain(r)
		<-r.Context().Done()
	case FaultCut:
		drain(r)
		panic(http.ErrAbortHandler)
	case FaultFlood:
		flood(w)
	case FaultTrunc:
		_, _ = w.Write([]byte(`{"errcode":`))
	default:
		return false
	}
	return true
}

// flood writes a JPEG's beginning, and then for as long as somebody reads.
func flood(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "image/jpeg")
	room := make([]byte, 1<<20)
	copy(room, "\xff\xd8\xff\xe0")
	for range 1000 {
		if _, err := w.Write(room); err != nil {
			return
		}
	}
}

func drain(r *http.Request) {
	var room [4096]byte
	for {
		if _, err := r.Body.Read(room[:]); err != nil {
			return
		}
	}
}
