package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// What a person tells, and what stands in the records they are bound to, is
// known together; nobody else's is.
func TestNeeds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		person(t, db, "a", "web", 0)
		person(t, db, "b", "web", 0)
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.SaveClient(models.Client{ID: "c1", Name: "王芳", Needs: "child"})
		}), write(func(tx *models.Tx) error { return tx.Bind("web:a", "c1", "", "code") }),
			write(func(tx *models.Tx) error { return tx.SetNeeds("web:a", []string{models.NeedElderly}) }))

		got, err := db.NeedsOf(bg(), "web:a")
		require.NoError(t, err)
		assert.Equal(t, []string{models.NeedChild, models.NeedElderly}, got)
		told, err := db.NeedsTold(bg(), "web:a")
		require.NoError(t, err)
		assert.Equal(t, []string{models.NeedElderly}, told)
		for _, id := range []string{"web:b", "web:nobody", ""} {
			got, err := db.NeedsOf(bg(), id)
			require.NoError(t, err)
			assert.Empty(t, got)
		}

		do(t, db.Store, write(func(tx *models.Tx) error { return tx.SetNeeds("web:a", nil) }),
			write(func(tx *models.Tx) error { return tx.SetClientNeeds("c1", []string{models.NeedDisabled}) }))
		got, err = db.NeedsIn(bg(), models.Appointment{ContactID: "web:b", ClientID: "c1"})
		require.NoError(t, err)
		assert.Equal(t, []string{models.NeedDisabled}, got, "the visit's client, whoever booked")

		was, err := db.Contact(bg(), "web:a")
		require.NoError(t, err)
		assert.False(t, was.Large)
		is := was
		is.Large = true
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.ChangeContact(was, is) }))
		was, err = db.Contact(bg(), "web:a")
		require.NoError(t, err)
		assert.True(t, was.Large)
	})
}
