package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// bound makes a client with a patient and a contact bound to both.
func bound(t *testing.T, db *storetest.DB, contact string) models.Patient {
	t.Helper()
	c := models.Client{ID: db.NewID(db.Clock.Now()), Name: "王芳", Tier: "gold", Verified: true}
	p := models.Patient{ID: db.NewID(db.Clock.Now()), ClientID: c.ID, Kind: "pet", Name: "豆豆", Species: "dog"}
	do(t, db.Store, write(func(tx *models.Tx) error { return tx.SaveClient(c) }), write(func(tx *models.Tx) error { return tx.SavePatient(p) }),
		write(func(tx *models.Tx) error {
			return tx.SaveContact(models.Contact{ID: contact, Channel: "web", Address: contact, Reach: models.ReachOpen, CreatedAt: tx.Now})
		}),
		write(func(tx *models.Tx) error { return tx.Bind(contact, c.ID, "", "code") }))
	return p
}

func TestAnswerIsRecordedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		subject := models.AboutCourse("course-1")
		record := func(name, answer string) error {
			return db.Do(bg(), write(func(tx *models.Tx) error {
				return tx.RecordAnswer(models.Answer{Subject: subject, Name: name, ContactID: "web:a", Answer: answer})
			}))
		}
		won := 0
		for _, err := range crowd(6, func(int) error { return record("2026-11-24T08:00", "taken") }) {
			if err == nil {
				won++
			} else {
				require.ErrorIs(t, err, models.ErrGone)
			}
		}
		require.Equal(t, 1, won)
		require.ErrorIs(t, record("2026-11-24T08:00", "skip"), models.ErrGone)
		db.Clock.Advance(time.Hour)
		require.NoError(t, record("2026-11-24T20:00", "skip"))
		list, err := db.Answers(bg(), subject)
		require.NoError(t, err)
		require.Len(t, list, 2)
		assert.Equal(t, "skip", list[0].Answer, "the newest first")
		a, err := db.AnswerTo(bg(), subject, "2026-11-24T08:00")
		require.NoError(t, err)
		assert.Equal(t, "taken", a.Answer)
		_, err = db.AnswerTo(bg(), subject, "2026-11-25T08:00")
		require.ErrorIs(t, err, models.ErrNotFound)
	})
}

// A recall has one row a patient; what waited for an earlier state of it does
// not stand any more.
func TestRecallIsRenewed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := bound(t, db, "web:a")
		r := models.Recall{ID: db.NewID(db.Clock.Now()), PatientID: p.ID, Recall: "deworming", State: models.RecallOpen, LastOn: "2026-11-23", DueOn: "2027-02-21"}
		task := func(version int) []models.Task {
			return []models.Task{{
				Key: "recall:" + itoa(int64(version)), Kind: "recall", Subject: models.AboutRecall(r.ID), Version: version, DueAt: storetest.Start().Add(time.Hour),
			}}
		}
		save := func(was int) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.SaveRecall(r, was, task(was+1)) }))
		}
		require.NoError(t, save(0))
		again := r
		again.ID = db.NewID(db.Clock.Now())
		require.ErrorIs(t, db.Do(bg(), write(func(tx *models.Tx) error { return tx.SaveRecall(again, 0, nil) })), models.ErrGone)
		r.LastOn, r.DueOn = "2027-02-20", "2027-05-21"
		require.NoError(t, save(1))
		require.ErrorIs(t, save(1), models.ErrGone)
		list, err := db.RecallsOf(bg(), p.ID)
		require.NoError(t, err)
		require.Len(t, list, 1)
		assert.Equal(t, "2027-05-21", list[0].DueOn)
		assert.Equal(t, 2, list[0].Version)
		tasks, err := db.TasksAbout(bg(), models.AboutRecall(r.ID))
		require.NoError(t, err)
		states := map[int]string{}
		for _, x := range tasks {
			states[x.Version] = x.State
		}
		assert.Equal(t, map[int]string{1: models.TaskSuppressed, 2: models.TaskDue}, states)
		reason, err := db.Stands(bg(), models.AboutRecall(r.ID), 1)
		require.NoError(t, err)
		assert.NotEmpty(t, reason)
		people, err := db.PeopleOf(bg(), p, "web:a")
		require.NoError(t, err)
		require.Len(t, people, 1)
		assert.Equal(t, "web:a", people[0].ID)
		client, err := db.ClientByID(bg(), p.ClientID)
		require.NoError(t, err)
		assert.Equal(t, "gold", client.Tier)
	})
}

// A death stops what waits about the patient, their visits, recalls and
// courses, and nothing else; taken back, what is still to come waits again.
func TestDeathStopsEverything(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p, other := bound(t, db, "web:a"), bound(t, db, "web:b")
		start := storetest.Start().Add(24 * time.Hour)
		visit := appointment(db.Store, "web:a", start)
		visit.PatientID = p.ID
		course := models.Course{
			ID: db.NewID(start), PatientID: p.ID, PatientName: "豆豆", ContactID: "web:a", Name: "阿莫西林", Dose: "62.5mg 每次1片", Times: []string{"08:00", "20:00"},
			FromOn: "2026-11-24", Days: 3, First: 1,
		}
		recall := models.Recall{ID: db.NewID(start), PatientID: p.ID, Recall: "deworming", State: models.RecallOpen}
		subjects := []string{models.AboutPatient(p.ID), models.AboutAppointment(visit.ID), models.AboutRecall(recall.ID), models.AboutCourse(course.ID)}
		task := func(subject string, in time.Duration) models.Task {
			return models.Task{Key: subject + in.String(), Kind: "x", Subject: subject, DueAt: storetest.Start().Add(in)}
		}
		do(t, db.Store,
			write(func(tx *models.Tx) error { return tx.Book(visit, "", claims(start, 4, "li"), 5, nil) }),
			write(func(tx *models.Tx) error { return tx.StartCourse(course, nil) }),
			write(func(tx *models.Tx) error { return tx.SaveRecall(recall, 0, nil) }),
			write(func(tx *models.Tx) error {
				for _, s := range append(subjects, models.AboutPatient(other.ID)) {
					if err := tx.Schedule(task(s, time.Hour), task(s, 48*time.Hour)); err != nil {
						return err
					}
					if err := tx.Push(models.Outgoing{Key: s, ContactID: "web:a", Priority: models.PriorityPush, Kind: models.KindCare, Subject: s}, models.Message{Text: "x"}); err != nil {
						return err
					}
				}
				return nil
			}))
		got, err := db.CourseByID(bg(), course.ID)
		require.NoError(t, err)
		assert.Equal(t, course.Dose, got.Dose)
		assert.Equal(t, course.Times, got.Times)
		assert.Equal(t, 1, got.First)

		died := func() error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.PatientDied(p.ID, tx.Now) }))
		}
		require.NoError(t, died())
		require.ErrorIs(t, died(), models.ErrGone)
		waiting := func(subject string) (n int) {
			list, err := db.TasksAbout(bg(), subject)
			require.NoError(t, err)
			for _, x := range list {
				if x.State == models.TaskDue {
					n++
				}
			}
			return n
		}
		for _, s := range subjects {
			assert.Zero(t, waiting(s), s)
			o, err := db.OutboxByKey(bg(), s)
			require.NoError(t, err)
			assert.Equal(t, models.OutboxSuppressed, o.State)
			reason, err := db.Stands(bg(), s, 0)
			require.NoError(t, err)
			assert.Contains(t, reason, "died", s)
		}
		assert.Equal(t, 2, waiting(models.AboutPatient(other.ID)))
		require.NoError(t, db.Do(bg(), write(func(tx *models.Tx) error { return tx.SavePatient(p) })))
		saved, err := db.PatientByID(bg(), p.ID)
		require.NoError(t, err)
		assert.False(t, saved.DeceasedAt.IsZero(), "saving the record again does not bring anybody back")

		db.Clock.Advance(24 * time.Hour)
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.PatientLives(p.ID) }))
		for _, s := range subjects {
			assert.Equal(t, 1, waiting(s), "what was to come comes; what is past does not: %s", s)
			reason, err := db.Stands(bg(), s, 0)
			require.NoError(t, err)
			assert.Empty(t, reason)
		}
	})
}

// A course that is stopped leaves nothing that waits; a stale change is refused.
func TestCourseChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := bound(t, db, "web:a")
		c := models.Course{ID: db.NewID(db.Clock.Now()), PatientID: p.ID, ContactID: "web:a", Name: "药", Dose: "1 片", Times: []string{"09:00"}, FromOn: "2026-11-24", Days: 3}
		next := func(key string) []models.Task {
			return []models.Task{{Key: key, Kind: "dose", Subject: models.AboutCourse(c.ID), DueAt: storetest.Start().Add(time.Hour)}}
		}
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.StartCourse(c, next("a")) }))
		set := func(was int, state string, tasks []models.Task) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.SetCourse(c.ID, was, state, tasks) }))
		}
		require.NoError(t, set(1, models.CoursePaused, nil))
		require.ErrorIs(t, set(1, models.CourseActive, next("b")), models.ErrGone)
		require.NoError(t, set(2, models.CourseActive, next("c")))
		list, err := db.CoursesOf(bg(), p.ID)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.NoError(t, set(3, models.CourseStopped, nil))
		list, err = db.CoursesOf(bg(), p.ID)
		require.NoError(t, err)
		assert.Empty(t, list)
		tasks, err := db.TasksAbout(bg(), models.AboutCourse(c.ID))
		require.NoError(t, err)
		for _, x := range tasks {
			assert.Equal(t, models.TaskSuppressed, x.State)
		}
	})
}
