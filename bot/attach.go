package bot

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"zhenban/media"
	"zhenban/models"
)

const (
	// fetchTime bounds one download. What is said meanwhile by the same person
	// waits for it, and WeChat gets its answer afterwards.
	fetchTime = 10 * time.Second
	// fetchTries is how often a download is begun: platforms stumble.
	fetchTries = 2
	// fetchesAtOnce bounds the memory that files on their way take.
	fetchesAtOnce = 6
)

// ErrFileGone says that the platform does not give out a file any more.
var ErrFileGone = errors.New("the platform has the file no more")

// ErrFileTooLarge says that a file is larger than what is taken.
var ErrFileTooLarge = errors.New("the file is too large")

// errNoFile is an answer that is no file: nothing, or a proxy's page.
var errNoFile = errors.New("no file came")

// Fetcher is a Channel that gives out what a person sent by the platform's
// file id. Errors: ErrFileGone, ErrFileTooLarge; any other may pass.
type Fetcher interface {
	Channel
	Fetch(ctx context.Context, m *Media) ([]byte, error)
}

// FileStore keeps what people send.
type FileStore interface {
	Files
	Keep(ctx context.Context, name string, data []byte) (key string, err error)
}

// Attachments takes in photos and documents: fetched, checked, kept, before
// the turn that they belong to. A conversation sees either a file that is whole
// and kept, or why there is none.
type Attachments struct {
	files FileStore
	from  map[string]Fetcher
	slots chan struct{}
	log   *slog.Logger
}

// NewAttachments wires it for the channels that can fetch.
func NewAttachments(files FileStore, channels []Channel, log *slog.Logger) *Attachments {
	a := &Attachments{files: files, from: map[string]Fetcher{}, slots: make(chan struct{}, fetchesAtOnce), log: log}
	for _, c := range channels {
		if f, ok := c.(Fetcher); ok {
			a.from[c.Name()] = f
		}
	}
	return a
}

// attaches reports a message with a file that is still to be taken in.
func attaches(in *Inbound) bool {
	return (in.Kind == KindImage || in.Kind == KindFile) && in.Media != nil && in.Media.File == "" && in.Media.Problem == ""
}

// Take fetches, checks and keeps the file of a message, and puts its key, or
// what is the matter with it, in its place. The file is kept under the
// message's own key, so a repeat keeps it once.
func (a *Attachments) Take(ctx context.Context, in *Inbound) {
	if !attaches(in) {
		return
	}
	m := *in.Media
	in.Media = &m
	data, kind, err := a.get(ctx, in.Channel, &m)
	if err == nil {
		m.File, err = a.files.Keep(ctx, in.Key, data)
	}
	m.Data = nil
	if err != nil {
		m.Problem = string(problem(err))
		a.log.Warn("a file was not taken", "channel", in.Channel, "contact", in.ContactID(), "reason", m.Problem, "error", err)
		return
	}
	m.ContentType, m.Size, m.URL = kind, len(data), ""
	in.Kind = KindImage
	if kind == media.PDF {
		in.Kind = KindFile
	}
}

func problem(err error) media.Reason {
	if errors.Is(err, ErrFileTooLarge) {
		return media.TooLarge
	}
	return media.ReasonOf(err)
}

func (a *Attachments) get(ctx context.Context, channel string, m *Media) (data []byte, kind string, err error) {
	switch {
	case strings.HasPrefix(m.ContentType, "video/"):
		return nil, "", &media.Refusal{Reason: media.Video, Detail: "a video"}
	case strings.HasPrefix(m.ContentType, "audio/"):
		return nil, "", &media.Refusal{Reason: media.Kind, Detail: "a sound"}
	case m.Size > media.MaxSize:
		return nil, "", ErrFileTooLarge
	}
	if data = m.Data; len(data) == 0 {
		if data, err = a.fetch(ctx, channel, m); err != nil {
			return nil, "", err
		}
	}
	return media.Check(data)
}

func (a *Attachments) fetch(ctx context.Context, channel string, m *Media) (data []byte, err error) {
	from := a.from[channel]
	if from == nil || m.ID == "" && m.URL == "" {
		return nil, ErrFileGone
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime)
	defer cancel()
	select {
	case a.slots <- struct{}{}:
		defer func() { <-a.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for range fetchTries {
		data, err = from.Fetch(ctx, m)
		if err == nil && (len(data) == 0 || strings.HasPrefix(http.DetectContentType(data), "text/html")) {
			err = errNoFile
		}
		if err == nil || errors.Is(err, ErrFileGone) || errors.Is(err, ErrFileTooLarge) || ctx.Err() != nil {
			break
		}
	}
	return data, err
}

// take takes in the file of a message unless the message was answered before,
// whose repeat needs none.
func (i *Intake) take(ctx context.Context, in *Inbound) {
	if i.o.Attachments == nil || !attaches(in) {
		return
	}
	if len(in.Media.Data) == 0 {
		if _, err := i.o.Store.TurnByKey(ctx, in.Key); err == nil {
			return
		}
	}
	i.o.Attachments.Take(ctx, in)
}

// attach makes what is kept of the file that came with a turn. Who has agreed
// to nothing yet has nothing kept: the bytes go with the next sweep.
func (e *Engine) attach(t *Turn) {
	m := t.In.Media
	if m == nil || m.File == "" {
		return
	}
	t.Sent = &models.Attachment{
		ID: e.o.Store.NewID(t.Now), ContactID: t.Contact.ID, File: m.File, ContentType: m.ContentType, Size: m.Size, Name: m.Name, At: t.Now,
	}
	if t.Contact.ConsentVersion == "" && t.Staff == nil {
		t.Sent.DroppedAt = t.Now
	}
}
