package telegramtest

import (
	"net/http"
	"strings"
)

// Failure says how a call fails.
type Failure string

// Ways to fail.
const (
	Answer Failure = ""     // with Status and Body
	Hang   Failure = "hang" // no answer, until the caller gives up
	Cut    Failure = "cut"  // half an answer, then the connection closes
)

// Fault makes calls fail.
type Fault struct {
	Method string // case-insensitive; empty: every method except getUpdates
	Kind   Failure
	Status int
	Body   string // JSON, or a gateway's HTML
	Taken  bool   // the call takes effect all the same
	Times  int    // default 1
}

// BadGateway is the page that stands before the Bot API when it restarts.
const BadGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"

// Fail queues a fault; faults of one method are used up in order.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Method = strings.ToLower(f.Method)
	f.Times = max(f.Times, 1)
	s.faults = append(s.faults, &f)
}

// FailNext makes the next n calls other than getUpdates answer so.
func (s *Server) FailNext(status int, body string, n int) {
	s.Fail(Fault{Status: status, Body: body, Times: n})
}

// Heal drops the faults that were not used up.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (s *Server) fault(method string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Method != method && (f.Method != "" || method == "getupdates") {
			continue
		}
		if f.Times--; f.Times == 0 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
		return f
	}
	return nil
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, f *Fault) {
	switch f.Kind {
	case Hang:
		select {
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
		panic(http.ErrAbortHandler)
	case Cut:
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write([]byte(`{"ok":true,"resu`))
		panic(http.ErrAbortHandler)
	default:
		w.Header().Set("Content-Type", "text/html")
		if strings.HasPrefix(f.Body, "{") {
			w.Header().Set("Content-Type", "application/json")
		}
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte(f.Body))
	}
}
