package webchat

import "sync"

// maxSockets is how many windows of one person are served at once; the oldest
// gives way, since it is most likely a connection that died unnoticed.
const maxSockets = 8

// hub knows the open sockets of this copy by address.
type hub struct {
	mu      sync.Mutex
	sockets map[string][]*socket // oldest first
}

func newHub() *hub { return &hub{sockets: map[string][]*socket{}} }

func (h *hub) join(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	of := append(h.sockets[s.address], s)
	if len(of) > maxSockets {
		of[0].evict()
		of = of[1:]
	}
	h.sockets[s.address] = of
}

func (h *hub) leave(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var rest []*socket
	for _, o := range h.sockets[s.address] {
		if o != s {
			rest = append(rest, o)
		}
	}
	if len(rest) == 0 {
		delete(h.sockets, s.address)
		return
	}
	h.sockets[s.address] = rest
}

// nudge makes the address's sockets, but for one, look at the journal now.
func (h *hub) nudge(address string, but *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.sockets[address] {
		if s == but {
			continue
		}
		select {
		case s.nudged <- struct{}{}:
		default: // it is about to look anyway
		}
	}
}
