package models_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

func survey(id, contact, appointment string) models.Survey {
	return models.Survey{
		ID: id, Key: models.SurveyKey(appointment, models.WaveVisit), Wave: models.WaveVisit, ContactID: contact, AppointmentID: appointment,
		Branch: "main", Service: "checkup", Practitioner: "li", Month: "2026-11",
	}
}

func TestSurveyIsAskedOnceAndNotTooOften(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		week := 7 * 24 * time.Hour
		ask := func(s models.Survey) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.AskSurvey(s, week) }))
		}
		require.NoError(t, ask(survey("s1", "web:a", "v1")))
		assert.ErrorIs(t, ask(survey("s2", "web:a", "v1")), models.ErrDuplicate)
		assert.ErrorIs(t, ask(survey("s3", "web:a", "v2")), models.ErrLimit, "another visit of the same person")
		require.NoError(t, ask(survey("s4", "web:b", "v3")))
		db.Clock.Advance(week)
		require.NoError(t, ask(survey("s3", "web:a", "v2")))
		_, err := db.SurveyByKey(bg(), models.SurveyKey("v1", "7d"))
		assert.ErrorIs(t, err, models.ErrNotFound, "a wave after a procedure is another survey")

		errs := crowd(16, func(i int) error { return ask(survey("c"+itoa(int64(i)), "web:c", "v"+itoa(int64(100+i)))) })
		asked := 0
		for _, err := range errs {
			if err == nil {
				asked++
				continue
			}
			assert.ErrorIs(t, err, models.ErrLimit)
		}
		assert.Equal(t, 1, asked, "sixteen visits of one person at once, one question")
	})
}

func TestSurveyIsAnsweredOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		s := survey("s1", "web:a", "v1")
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.AskSurvey(s, time.Hour) }))
		s, err := db.SurveyByID(bg(), "s1")
		require.NoError(t, err)
		answer := func(s models.Survey, overall int) error {
			return db.Do(bg(), write(func(tx *models.Tx) error {
				return tx.Answer(s, models.SurveyAnswer{Overall: overall, Care: 2, Words: "等了很久", PatientID: "p1"}, tx.Now)
			}))
		}
		won := 0
		for i, err := range crowd(16, func(i int) error { return answer(s, 1+i%5) }) {
			if err == nil {
				won++
				continue
			}
			assert.ErrorIs(t, err, models.ErrGone, i)
		}
		assert.Equal(t, 1, won)
		unasked := survey("s2", "web:b", "v2")
		require.NoError(t, answer(unasked, 5))
		again := survey("s3", "web:b", "v2")
		assert.ErrorIs(t, answer(again, 1), models.ErrGone, "of its own accord too")
		list, err := db.SurveyAnswers(bg(), "2026-11", "2026-11")
		require.NoError(t, err)
		require.Len(t, list, 2)
		assert.Equal(t, "web:a", list[0].ContactID)
		assert.Equal(t, "v1", list[0].AppointmentID)
		assert.Equal(t, "等了很久", list[0].Words)
	})
}

// Nothing that an anonymous answer leaves leads to who gave it: not its row,
// not the conversation, not the replies that went out.
func TestAnonymousAnswerLeadsNowhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		before := turn("web:a", 1, "k1")
		before.Flow = ""
		require.NoError(t, db.CommitTurn(bg(), before))
		db.Clock.Advance(time.Minute)
		begun := db.Now()
		said := turn("web:a", 2, "k2")
		said.At, said.Flow, said.In, said.State = begun, "survey", []byte(`{"text":"打 1 分"}`), []byte(`{"v":1,"t":{"s":{"score":1}}}`)
		require.NoError(t, db.CommitTurn(bg(), said))
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.Push(models.Outgoing{Key: "r1", ContactID: "web:a", Priority: models.PriorityReply}, models.Message{Text: "您打了 1 分"})
		}))
		rows, err := db.ClaimOutbox(bg(), models.Claim{Owner: "o", Channel: "web", From: 1, To: 4, Limit: 9, Lease: time.Minute})
		require.NoError(t, err)
		require.NoError(t, db.FinishOutbox(bg(), "o", rows[0], models.Outcome{State: models.OutboxSent}))
		db.Clock.Advance(time.Minute)
		s := survey("s1", "web:a", "v1")
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.Answer(s, models.SurveyAnswer{Overall: 1, Words: "态度不好", PatientID: "p1", Anonymous: true}, begun)
		}))
		list, err := db.SurveyAnswers(bg(), "2026-11", "2026-11")
		require.NoError(t, err)
		require.Len(t, list, 1)
		a := list[0]
		assert.Equal(t, "li checkup 2026-11", a.Practitioner+" "+a.Service+" "+a.Month)
		assert.Empty(t, a.SurveyID+a.ContactID+a.PatientID+a.AppointmentID+a.Wave)
		assert.True(t, a.At.Equal(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)), "a month, no moment")
		assert.Len(t, a.ID, 32, "random, without the time that IDs begin with")
		turns, err := db.TurnsSince(bg(), "web:a", 0, 9)
		require.NoError(t, err)
		require.Len(t, turns, 2)
		assert.JSONEq(t, `{"text":"你好"}`, string(turns[0].In), "what was said before stays")
		kept := string(turns[1].In) + string(turns[1].Answer) + string(turns[1].State)
		assert.NotContains(t, kept, "1 分")
		assert.NotContains(t, kept, "score")
		sent, err := db.OutboxNewest(bg(), "web:a", 9)
		require.NoError(t, err)
		require.Len(t, sent, 1)
		assert.False(t, strings.Contains(string(sent[0].Body), "1 分"))
	})
}

func TestSurveyResults(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		n := int64(0)
		ask := func(doctor, service, month string) models.Survey {
			n++
			s := survey("s"+itoa(n), "web:"+itoa(n), "v"+itoa(n))
			s.Practitioner, s.Service, s.Month = doctor, service, month
			do(t, db.Store, write(func(tx *models.Tx) error { return tx.AskSurvey(s, time.Hour) }))
			s.State = models.SurveyAsked
			return s
		}
		answer := func(s models.Survey, a models.SurveyAnswer) {
			do(t, db.Store, write(func(tx *models.Tx) error { return tx.Answer(s, a, tx.Now) }))
		}
		answer(ask("li", "checkup", "2026-10"), models.SurveyAnswer{Overall: 5, Care: 4})
		answer(ask("li", "checkup", "2026-11"), models.SurveyAnswer{Overall: 4, Care: 2, Anonymous: true})
		answer(ask("li", "dental", "2026-11"), models.SurveyAnswer{Overall: 2})
		ask("wang", "dental", "2026-11")
		own := survey("own", "web:own", "")
		own.Key, own.Wave, own.Practitioner, own.Service = "own:x", models.WaveOwn, "", ""
		answer(own, models.SurveyAnswer{Overall: 5})

		total, err := db.SurveyResults(bg(), "2026-11", "2026-11")
		require.NoError(t, err)
		require.Len(t, total, 1)
		assert.Equal(t, models.SurveyResult{Asked: 3, Returned: 2, Count: 3, Sum: 11, Good: 2, Anonymous: 1, Aspects: [4]models.SurveyMean{{}, {Sum: 2, Count: 1}, {}, {}}}, total[0])
		by, err := db.SurveyResults(bg(), "2026-10", "2026-11", models.SurveyByDoctor)
		require.NoError(t, err)
		require.Len(t, by, 3)
		assert.Equal(t, []string{"", "li", "wang"}, []string{by[0].Practitioner, by[1].Practitioner, by[2].Practitioner})
		assert.InDelta(t, 11.0/3, by[1].Mean(), 1e-9)
		assert.Equal(t, 1, by[2].Asked)
		assert.Zero(t, by[2].Mean())
		fine, err := db.SurveyResults(bg(), "2026-10", "2026-11", models.SurveyByMonth, models.SurveyByDoctor, models.SurveyByService)
		require.NoError(t, err)
		assert.Len(t, fine, 5)
		none, err := db.SurveyResults(bg(), "2020-01", "2020-01")
		require.NoError(t, err)
		assert.Empty(t, none)
		_, err = db.SurveyResults(bg(), "2026-10", "2026-11", "words; DROP TABLE surveys")
		require.Error(t, err)
	})
}

func TestCaseIsOpenedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		open := func(id string) (opened bool) {
			do(t, db.Store, write(func(tx *models.Tx) (err error) {
				opened, err = tx.OpenCase(models.Case{ID: id, Key: "survey:s1", Kind: "survey"})
				return err
			}))
			return opened
		}
		assert.True(t, open("a"))
		assert.False(t, open("b"), "it is there")
	})
}
