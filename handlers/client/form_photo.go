package client

import (
	"context"
	"slices"
	"strings"

	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
)

// How many photos one question and one form take.
const (
	maxAnswerPhotos = 6
	maxFormPhotos   = 10
)

// hearPhoto takes a photo or a document: the answer where one is asked for,
// else a note to the form, and the question stays open.
func (f *filling) hearPhoto(q *config.FormItem) error {
	t := f.t
	switch {
	case t.Sent == nil:
		return f.again(problemOf(t), mediaData(t))
	case q.Type != config.ItemAttachment:
		return f.notePhoto()
	case !q.Repeats:
		return f.set(q, t.Sent.ID)
	}
	f.s.Picked = append(f.s.Picked, t.Sent.ID)
	if len(f.s.Picked) >= maxAnswerPhotos {
		return f.set(q, slices.Clone(f.s.Picked))
	}
	return f.next()
}

// thatIsAll ends the photos of one question.
func thatIsAll(text string) bool {
	s := strings.Trim(nlu.Simplify(strings.ToLower(strings.TrimSpace(text))), "。.!！ 了的吧")
	return slices.Contains([]string{"好", "没", "没有", "就这些", "就这张", "发完", "完", "可以", "ok", "done", "that is all", "that's all", "no more"}, s)
}

// notePhoto keeps a photo that nobody asked for: it goes along with the form.
func (f *filling) notePhoto() error {
	if len(f.s.Photos) >= maxFormPhotos {
		return f.again("form.photos_full", map[string]any{"Max": maxFormPhotos})
	}
	f.s.Photos = append(f.s.Photos, f.t.Sent.ID)
	return f.again("form.photo_noted", nil)
}

// photos are those that were sent with the form, asked for or not.
func (f *filling) photos(answers config.Answers) []string {
	ids := slices.Clone(f.s.Photos)
	for i := range f.form.Items {
		q := &f.form.Items[i]
		if q.Type != config.ItemAttachment {
			continue
		}
		switch v := answers[q.LinkID].(type) {
		case string:
			ids = append(ids, v)
		case []string:
			ids = append(ids, v...)
		}
	}
	return ids
}

// filePhotos says of the photos that were sent along what they belong to.
func (f *filling) filePhotos(answers config.Answers) {
	ids := f.photos(answers)
	if len(ids) == 0 {
		return
	}
	from, s := f.t.Contact.ID, f.s
	f.t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.FileAttachments(from, ids, s.Patient, s.Subject, s.Key)
	})
}
