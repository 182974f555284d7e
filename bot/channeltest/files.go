package channeltest

import (
	"context"
	"errors"
	"sync"
)

// Files is a media store in memory.
type Files struct {
	mu   sync.Mutex
	kept map[string][]byte
	Fail error // of the next Keep
	puts int
}

// NewFiles makes an empty one.
func NewFiles() *Files { return &Files{kept: map[string][]byte{}} }

// Keep implements bot.FileStore.
func (f *Files) Keep(_ context.Context, name string, data []byte) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.puts++
	if err := f.Fail; err != nil {
		f.Fail = nil
		return "", err
	}
	f.kept["key of "+name] = data
	return "key of " + name, nil
}

// Get implements bot.Files.
func (f *Files) Get(_ context.Context, key string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	data, ok := f.kept[key]
	if !ok {
		return nil, errors.New("no such file")
	}
	return data, nil
}

// Len is how many files are kept.
func (f *Files) Len() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.kept)
}

// Puts is how often something was to be kept.
func (f *Files) Puts() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.puts
}
