package bot

import "sync"

// locks serialises the turns of each contact in this process.
type locks struct {
	mu sync.Mutex
	m  map[string]*lockEntry
}

type lockEntry struct {
	mu    sync.Mutex
	users int
}

func (l *locks) lock(id string) (unlock func()) {
	l.mu.Lock()
	if l.m == nil {
		l.m = map[string]*lockEntry{}
	}
	entry := l.m[id]
	if entry == nil {
		entry = &lockEntry{}
		l.m[id] = entry
	}
	entry.users++
	l.mu.Unlock()
	entry.mu.Lock()
	return func() {
		entry.mu.Unlock()
		l.mu.Lock()
		if entry.users--; entry.users == 0 {
			delete(l.m, id)
		}
		l.mu.Unlock()
	}
}
