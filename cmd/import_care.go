package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// What a file of clients says beside the records: deaths, and when what
// patients come back for was last done.

type deathSeen struct {
	patient string
	at      time.Time
}

type tagsSeen struct {
	patient string
	tags    []string
}

type recallSeen struct {
	patient, recall string
	on              config.Date
}

// parseTier takes a tier by its usual names, or as the clinic's own word in
// plain letters.
func parseTier(_ *clientsImport, c cell) (string, error) {
	known := []wordList{
		{"silver", "银卡 银 银卡会员 銀卡 silver"}, {"gold", "金卡 金 金卡会员 gold"}, {"diamond", "钻石 钻石卡 钻卡 鑽石 鑽石卡 diamond"}, {"", "无 無 普通 none"},
	}
	if tier, err := oneOfWords(known)(nil, c); err == nil {
		return tier, nil
	}
	tier := word(c.text)
	for _, r := range tier {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') || len(tier) > 32 {
			return "", fmt.Errorf("%.40q is no tier: write silver, gold, diamond, or a word of at most 32 letters a-z and digits", c.text)
		}
	}
	return tier, nil
}

// parseDay reads a day that is over.
func parseDay(im *clientsImport, c cell) (string, error) {
	day, err := parseBirth(im, c)
	if err == nil && len(day) != len(time.DateOnly) {
		err = fmt.Errorf("%.40q is no day: write 2026-05-01", c.text)
	}
	if err != nil {
		return "", err
	}
	return day, nil
}

// parseDied reads a day, or that somebody has died on a day nobody noted.
func parseDied(im *clientsImport, c cell) (string, error) {
	yes, err := oneOfWords([]wordList{{"yes", "是 已去世 去世 已离世 离世 已故 已歿 yes y true 1 deceased died"}, {"", "否 健在 在世 no n false 0 alive"}})(im, c)
	if err == nil {
		return yes, nil
	}
	return parseDay(im, c)
}

// care notes what a row says beside the record of a patient.
func (m *merge) care(r *record, p models.Patient) {
	clinic := m.im.clinic
	noon := func(day string) time.Time {
		d, err := config.ParseDate(day)
		if err != nil {
			return m.im.now
		}
		return d.Time(clinic.Location(""), 12*60)
	}
	if _, given := r.given["病史标签"]; given {
		tags := strings.FieldsFunc(nlu.Simplify(r.tags), func(c rune) bool { return strings.ContainsRune(",，、;；/", c) })
		m.out.tags = append(m.out.tags, tagsSeen{p.ID, tags})
	}
	if r.died != "" && p.DeceasedAt.IsZero() {
		m.out.deaths = append(m.out.deaths, deathSeen{p.ID, noon(r.died)})
	}
	for i, last := range r.last {
		if on, err := config.ParseDate(last); err == nil && last != "" {
			if k := &clinic.Recalls[i]; !k.For(p.Species) {
				m.im.fault(r.given["上次"+k.Name.In(config.Hans)], "上次"+k.Name.In(config.Hans), "is not for this species")
			} else if p.DeceasedAt.IsZero() {
				m.out.recalls = append(m.out.recalls, recallSeen{p.ID, k.ID, on})
			}
		}
	}
}

// writeCare keeps deaths and recalls; an older date than the one on record
// changes nothing.
func (p *clientsPlan) writeCare(ctx context.Context, tx *models.Tx, clinic *config.Clinic) error {
	for _, seen := range p.recalls {
		kind := clinic.RecallByID(seen.recall)
		known, err := tx.Read().RecallsOf(ctx, seen.patient)
		if err != nil {
			return err
		}
		r := models.Recall{PatientID: seen.patient}
		if i := slices.IndexFunc(known, func(k models.Recall) bool { return k.Recall == seen.recall }); i >= 0 {
			r = known[i]
		}
		if r.LastOn >= seen.on.String() {
			continue
		}
		if err := outreach.SaveRecall(tx, clinic, outreach.Started(kind, r, seen.on), tx.Now); err != nil {
			return fmt.Errorf("recall %s: %w", seen.recall, err)
		}
	}
	for _, seen := range p.tags {
		if err := tx.SetTags(seen.patient, seen.tags); err != nil {
			return fmt.Errorf("tags: %w", err)
		}
	}
	for _, d := range p.deaths {
		if err := tx.PatientDied(d.patient, d.at); err != nil && !errors.Is(err, models.ErrGone) {
			return fmt.Errorf("patient %s: %w", d.patient, err)
		}
	}
	return nil
}
