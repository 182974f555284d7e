package bot

import (
	"context"
	"errors"
)

// Files reads what the media store keeps. A message names such a file by its
// key; the bytes are read when it goes out, so that no transcript holds them.
type Files interface {
	Get(ctx context.Context, key string) ([]byte, error)
}

// Fill reads the bytes of a message's file, if it names one.
func Fill(ctx context.Context, files Files, m *Message) error {
	if m.Media == nil || m.Media.File == "" || len(m.Media.Data) > 0 {
		return nil
	}
	if files == nil {
		return errors.New("file: no media store")
	}
	data, err := files.Get(ctx, m.Media.File)
	if err != nil {
		return err
	}
	with := *m.Media
	with.Data = data
	m.Media = &with
	return nil
}
