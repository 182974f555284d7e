package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

func openCase(t *testing.T, db *storetest.DB, c models.Case) string {
	t.Helper()
	c.ID = db.NewID(db.Clock.Now())
	do(t, db.Store, write(func(tx *models.Tx) error {
		opened, err := tx.OpenCase(c)
		assert.True(t, opened)
		return err
	}))
	return c.ID
}

// A case is one person's: of many who take it at once one has it, and what
// waits about it is dropped when it is closed.
func TestCaseIsTakenOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		id := openCase(t, db, models.Case{Key: "k", Kind: "followup", Roles: []models.Role{models.Nurse}, Details: map[string]string{"Patient": "豆豆"}})
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.Schedule(models.Task{Key: "late", Kind: "case-late", Subject: models.AboutCase(id), DueAt: tx.Now.Add(time.Hour)})
		}))
		won := 0
		for _, err := range crowd(8, func(i int) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.TakeCase(id, contactName(i)) }))
		}) {
			if err == nil {
				won++
			} else {
				require.ErrorIs(t, err, models.ErrGone)
			}
		}
		require.Equal(t, 1, won)
		c, err := db.CaseByID(bg(), id)
		require.NoError(t, err)
		give := func(from, to string) error {
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.GiveCase(id, from, to) }))
		}
		require.ErrorIs(t, give("somebody else", "li"), models.ErrGone)
		require.NoError(t, give(c.Owner, "li"))
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.CloseCase(id, "li", "联系了") }))
		require.ErrorIs(t, db.Do(bg(), write(func(tx *models.Tx) error { return tx.CloseCase(id, "wang", "没联系上") })), models.ErrGone)
		require.ErrorIs(t, give("li", "wang"), models.ErrGone)
		c, err = db.CaseByID(bg(), id)
		require.NoError(t, err)
		assert.Equal(t, "联系了", c.Result)
		assert.Equal(t, "li", c.Owner)
		assert.Equal(t, "豆豆", c.Details["Patient"])
		tasks, err := db.TasksAbout(bg(), models.AboutCase(id))
		require.NoError(t, err)
		require.Len(t, tasks, 1)
		assert.Equal(t, models.TaskSuppressed, tasks[0].State)
		reason, err := db.Stands(bg(), models.AboutCase(id), 0)
		require.NoError(t, err)
		assert.NotEmpty(t, reason)
	})
}

// The list of a colleague: their role and branch, the latest first, what was
// handed to them whatever the role; a manager sees all.
func TestCasesForStaff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		now := storetest.Start()
		nurse := models.Staff{ID: "n1", Role: models.Nurse, Branch: "main"}
		open := func(key, branch string, due time.Time, roles ...models.Role) string {
			return openCase(t, db, models.Case{Key: key, Kind: "x", Branch: branch, Roles: roles, DueAt: due})
		}
		open("none", "", time.Time{}, models.Nurse)
		open("soon", "main", now.Add(time.Hour), models.Desk, models.Nurse, models.Doctor)
		open("late", "main", now.Add(-time.Hour), models.Nurse, models.Desk)
		open("elsewhere", "other", now, models.Nurse)
		open("others", "main", now, models.Doctor)
		given := open("given", "other", now, models.Consultant)
		closed := open("closed", "main", now, models.Nurse)
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.GiveCase(given, "", "n1") }),
			write(func(tx *models.Tx) error { return tx.CloseCase(closed, "n1", "") }))
		titles := func(m models.Staff) (out []string) {
			list, err := db.CasesFor(bg(), m, 10)
			require.NoError(t, err)
			for _, c := range list {
				out = append(out, c.Key)
			}
			return out
		}
		assert.Equal(t, []string{"late", "given", "soon", "none"}, titles(nurse))
		assert.Len(t, titles(models.Staff{ID: "m", Role: models.Manager}), 6)
		assert.Equal(t, []string{"late", "soon"}, titles(models.Staff{ID: "d", Role: models.Desk, Branch: "main"}))
	})
}
