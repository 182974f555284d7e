package models_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/models/storetest"
)

func TestCodeIsUsedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		code := models.NewCode()
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.IssueCode(code, models.CodeBind, "client1", "web:staff", tx.Now.Add(models.CodeLife))
		}))
		errs := crowd(32, func(i int) error {
			return db.Do(bg(), write(func(tx *models.Tx) error {
				purpose, subject, err := tx.UseCode(" "+code+" ", contactName(i))
				if err == nil && (purpose != models.CodeBind || subject != "client1") {
					return errors.New("for something else")
				}
				return err
			}))
		})
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			assert.ErrorIs(t, err, models.ErrCode)
		}
		assert.Equal(t, 1, won)

		late := models.NewCode()
		do(t, db.Store, write(func(tx *models.Tx) error {
			return tx.IssueCode(late, models.CodeBind, "c", "", tx.Now.Add(models.CodeLife))
		}))
		db.Clock.Advance(models.CodeLife)
		err := db.Do(bg(), write(func(tx *models.Tx) error { _, _, err := tx.UseCode(late, "web:a"); return err }))
		assert.ErrorIs(t, err, models.ErrCode)
	})
}

func TestWaits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		day := storetest.Start().Add(24 * time.Hour)
		add := func(id, contact, practitioner string) error {
			err := db.Do(bg(), write(func(tx *models.Tx) error {
				return tx.AddWait(models.Wait{ID: id, ContactID: contact, PatientName: "豆豆", Service: "checkup", Practitioner: practitioner, From: day, To: day.Add(8 * time.Hour)}, 2)
			}))
			db.Clock.Advance(time.Second)
			return err
		}
		require.NoError(t, add("w1", "web:a", "li"))
		require.NoError(t, add("w2", "web:b", ""))
		require.NoError(t, add("w3", "web:a", "wang"))
		assert.ErrorIs(t, add("w4", "web:a", ""), models.ErrLimit)
		list, err := db.WaitsOver(bg(), day.Add(time.Hour))
		require.NoError(t, err)
		require.Len(t, list, 3)
		assert.Equal(t, []string{"w1", "w2"}, []string{list[0].ID, list[1].ID}, "the longest waiting first")
		assert.Equal(t, "豆豆", list[0].PatientName)
		list, err = db.WaitsOver(bg(), day.Add(8*time.Hour))
		require.NoError(t, err)
		assert.Empty(t, list, "the end is exclusive")
		offer := func(id, hold string, start time.Time) error {
			s := slots.Slot{Start: start, End: start.Add(30 * time.Minute), Practitioner: "li"}
			return db.Do(bg(), write(func(tx *models.Tx) error { return tx.OfferWait(id, hold, s, tx.Now.Add(time.Minute)) }))
		}
		require.NoError(t, offer("w1", "h1", day))
		assert.ErrorIs(t, offer("w1", "h2", day), models.ErrDuplicate, "nobody is offered the same time twice")
		assert.ErrorIs(t, offer("w1", "h3", day.Add(time.Hour)), models.ErrGone, "one offer at a time")
		offers, err := db.WaitOffers(bg(), list)
		require.NoError(t, err)
		assert.Empty(t, offers)
		offers, err = db.WaitOffers(bg(), []models.Wait{{ID: "w1"}})
		require.NoError(t, err)
		assert.Equal(t, []models.WaitOffer{{WaitID: "w1", Practitioner: "li", Start: day, End: day.Add(30 * time.Minute)}}, offers)
		lapse := func(id, hold string) (lapsed bool) {
			do(t, db.Store, write(func(tx *models.Tx) (err error) {
				lapsed, err = tx.LapseWait(id, hold)
				return err
			}))
			return lapsed
		}
		assert.False(t, lapse("w1", "h9"), "another offer's")
		assert.True(t, lapse("w1", "h1"))
		assert.False(t, lapse("w1", "h1"), "once")
		require.NoError(t, offer("w1", "h4", day.Add(time.Hour)))
		var ended []bool
		for range 2 {
			do(t, db.Store, write(func(tx *models.Tx) error {
				e, err := tx.EndWait("w2")
				ended = append(ended, e)
				return err
			}))
		}
		assert.Equal(t, []bool{true, false}, ended)
		reason, err := db.Stands(bg(), models.AboutWait("w2"), 0)
		require.NoError(t, err)
		assert.NotEmpty(t, reason)
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.CloseWait("w1", models.WaitBooked) }))
		w, err := db.WaitByID(bg(), "w1")
		require.NoError(t, err)
		assert.Equal(t, models.WaitBooked, w.State)
		_, err = db.WaitByID(bg(), "w9")
		assert.ErrorIs(t, err, models.ErrNotFound)
		mine, err := db.Waits(bg(), "web:a", db.Clock.Now())
		require.NoError(t, err)
		assert.Len(t, mine, 1)
	})
}

func TestConsentsAreKeptAsTheyWerePut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		for i, agreed := range []bool{false, true} {
			do(t, db.Store, write(func(tx *models.Tx) error {
				return tx.RecordPrivacyConsent(models.PrivacyConsent{ContactID: "web:a", Kind: "chat", Version: "2026-01", Wording: "我们会保存您的聊天记录。", Agreed: agreed, At: tx.Now.Add(time.Duration(i) * time.Second)})
			}))
		}
		list, err := db.PrivacyConsents(bg(), "web:a")
		require.NoError(t, err)
		require.Len(t, list, 2)
		assert.True(t, list[0].Agreed, "the newest first")
		assert.Equal(t, models.PrivacyConsent{ContactID: "web:a", Kind: "chat", Version: "2026-01", Wording: "我们会保存您的聊天记录。", At: storetest.Start()}, list[1])
	})
}

func TestProfileIsReplacedByWhoSawTheLast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		_, err := db.CurrentProfile(bg())
		assert.ErrorIs(t, err, models.ErrNotFound)
		for version := range 3 {
			errs := crowd(8, func(i int) error { return db.PutProfile(bg(), version, "file", fmt.Appendf(nil, "%d.%d", version, i)) })
			won := 0
			for _, err := range errs {
				if err == nil {
					won++
					continue
				}
				assert.ErrorIs(t, err, models.ErrGone)
			}
			assert.Equal(t, 1, won)
			n, err := db.ProfileNumber(bg())
			require.NoError(t, err)
			assert.Equal(t, version+1, n)
		}
		cur, err := db.CurrentProfile(bg())
		require.NoError(t, err)
		require.NoError(t, db.PutProfile(bg(), 3, "again", cur.Body))
		n, err := db.ProfileNumber(bg())
		require.NoError(t, err)
		assert.Equal(t, 3, n, "the same body again changes nothing")
		assert.Equal(t, storetest.Start(), cur.At)
	})
}

func TestPeopleWithoutIdentifierAndTheirDates(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		for i := range 3 { // NULLs are never doubles of each other
			do(t, db.Store,
				write(func(tx *models.Tx) error {
					return tx.SaveClient(models.Client{ID: fmt.Sprint("c", i), Name: "王芳", Phone: "+8613800138000", Verified: i == 2})
				}),
				write(func(tx *models.Tx) error {
					return tx.SavePatient(models.Patient{ID: fmt.Sprint("p", i), ClientID: "c0", Kind: "pet", Name: "豆豆", BirthDate: []string{"2024-02-29", "2024-02", "2024"}[i]})
				}))
		}
		list, err := db.PatientsOfClient(bg(), "c0")
		require.NoError(t, err)
		require.Len(t, list, 3)
		assert.Equal(t, []string{"2024-02-29", "2024-02", "2024"}, []string{list[0].BirthDate, list[1].BirthDate, list[2].BirthDate})
		assert.Empty(t, list[0].Identifier)
		_, err = db.PatientByIdentifier(bg(), "")
		assert.ErrorIs(t, err, models.ErrNotFound)

		save := func(id, identifier string) error {
			return db.Do(bg(), write(func(tx *models.Tx) error {
				return tx.SavePatient(models.Patient{ID: id, ClientID: "c0", Kind: "pet", Identifier: identifier})
			}))
		}
		require.NoError(t, save("p1", "A-1"))
		assert.Error(t, save("p2", "A-1"), "the clinic's number is one patient's")
		got, err := db.PatientByIdentifier(bg(), "A-1")
		require.NoError(t, err)
		assert.Equal(t, "p1", got.ID)
		got, err = db.PatientByID(bg(), "p2")
		require.NoError(t, err)
		assert.Equal(t, "豆豆", got.Name, "the save that failed changed nothing")

		byPhone, err := db.ClientsByPhone(bg(), "+8613800138000")
		require.NoError(t, err)
		require.Len(t, byPhone, 1, "a number that somebody only claimed binds nobody")
		assert.Equal(t, "c2", byPhone[0].ID)
	})
}

func TestTokensAndLeases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		tokens := models.Tokens{Store: db.Store}
		value, _, err := tokens.Get(bg(), "wechat")
		require.NoError(t, err)
		assert.Empty(t, value)
		require.NoError(t, tokens.Put(bg(), "wechat", "t1", db.Clock.Now().Add(time.Hour)))
		require.NoError(t, tokens.Put(bg(), "wechat", "t2", db.Clock.Now().Add(2*time.Hour)))
		value, until, err := tokens.Get(bg(), "wechat")
		require.NoError(t, err)
		assert.Equal(t, "t2", value)
		assert.Equal(t, storetest.Start().Add(2*time.Hour), until)
		db.Clock.Advance(2 * time.Hour)
		value, _, err = tokens.Get(bg(), "wechat")
		require.NoError(t, err)
		assert.Empty(t, value)

		release, ok, err := tokens.Lock(bg(), "refresh", time.Minute)
		require.NoError(t, err)
		require.True(t, ok)
		_, ok, err = tokens.Lock(bg(), "refresh", time.Minute)
		require.NoError(t, err)
		assert.False(t, ok)
		release()
		_, ok, err = tokens.Lock(bg(), "refresh", time.Minute)
		require.NoError(t, err)
		assert.True(t, ok)
		db.Clock.Advance(time.Minute + time.Millisecond)
		release() // of the first, which is not the holder any more
		_, ok, err = tokens.Lock(bg(), "refresh", time.Minute)
		require.NoError(t, err)
		assert.True(t, ok, "a lease that ran out is free")
		assert.Equal(t, 1, wonBy(crowd(16, func(int) error {
			_, ok, err := tokens.Lock(context.Background(), "other", time.Minute)
			if err == nil && !ok {
				err = errors.New("held")
			}
			return err
		})))
	})
}

func wonBy(errs []error) (n int) {
	for _, err := range errs {
		if err == nil {
			n++
		}
	}
	return n
}
