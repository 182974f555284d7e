package models_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// What people said and who they are must not be readable in the database.
func TestNothingPersonalIsKeptPlain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		start := storetest.Start().Add(time.Hour)
		secrets := []string{"王芳", "+8613800138000", "豆豆", "咳嗽三天", "你好", "青霉素", "张强", "我同意", "泰迪", "secret-token"}
		row := turn("web:a", 1, "k")
		require.NoError(t, db.CommitTurn(bg(), row,
			write(func(tx *models.Tx) error {
				return tx.SaveContact(models.Contact{ID: "web:a", Channel: "web", Address: "a", Display: "王芳", Reach: models.ReachOpen, CreatedAt: tx.Now})
			}),
			write(func(tx *models.Tx) error {
				return tx.SaveClient(models.Client{ID: "c", Name: "王芳", Phone: "+8613800138000", Emergency: "张强", Verified: true})
			}),
			write(func(tx *models.Tx) error {
				return tx.SavePatient(models.Patient{ID: "p", ClientID: "c", Kind: "pet", Name: "豆豆", Breed: "泰迪", History: models.History{Allergies: "青霉素"}})
			}),
			write(func(tx *models.Tx) error {
				return tx.Book(appointment(db.Store, "web:a", start), "", claims(start, 4, "p:li"), 3, nil)
			}),
			write(func(tx *models.Tx) error {
				return tx.Enqueue(models.Outgoing{Key: "o", ContactID: "web:a", Priority: 1, Body: []byte("豆豆 咳嗽三天")})
			}),
			write(func(tx *models.Tx) error {
				return tx.RecordPrivacyConsent(models.PrivacyConsent{ContactID: "web:a", Kind: "chat", Version: "1", Wording: "我同意", Agreed: true, At: tx.Now})
			}),
			write(func(tx *models.Tx) error {
				return tx.AskConsent(models.TreatmentConsent{ID: "tc", Number: "T1", Key: "tc", Kind: models.ConsentToTreatment, Body: []byte("豆豆 咳嗽三天")})
			}),
			write(func(tx *models.Tx) error {
				return tx.DecideConsent("tc", 1, models.ConsentEvent{What: models.ConsentAgreed, Status: models.ConsentActive, Body: []byte("王芳 我同意")})
			}),
			write(func(tx *models.Tx) error {
				return tx.AddWait(models.Wait{ID: "w", ContactID: "web:a", PatientName: "豆豆", Service: "checkup", From: start, To: start.Add(time.Hour)}, 3)
			})))
		require.NoError(t, models.Tokens{Store: db.Store}.Put(bg(), "wechat", "secret-token", start))

		raw := storetest.Raw(t, db.DSN)
		for _, table := range []string{"contacts", "turns", "outbox", "clients", "patients", "appointments", "consents", "treatment_consents", "treatment_consent_events", "waits", "shared_values", "codes", "holds", "claims"} {
			rows, err := raw.Query("SELECT * FROM " + table)
			require.NoError(t, err)
			cols, err := rows.Columns()
			require.NoError(t, err)
			for rows.Next() {
				values := make([]any, len(cols))
				cells := make([][]byte, len(cols))
				for i := range values {
					values[i] = &cells[i]
				}
				require.NoError(t, rows.Scan(values...))
				for i, cell := range cells {
					for _, s := range secrets {
						assert.False(t, bytes.Contains(cell, []byte(s)), "%s.%s holds %s", table, cols[i], s)
					}
				}
			}
			require.NoError(t, rows.Err())
			require.NoError(t, rows.Close())
		}
	})
}

func TestWrongDataKeyIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		_, err := models.Open(bg(), models.Options{DSN: db.DSN, DataKey: "another passphrase altogether", Now: db.Clock.Now})
		require.ErrorContains(t, err, "another key")
		assert.NotContains(t, err.Error(), "passphrase")
	})
}

// Replicas that start at once migrate once.
func TestMigrationByManyAtOnce(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "mysql": storetest.MySQL} {
		t.Run(name, func(t *testing.T) {
			at := dsn(t)
			clock := clockwork.NewFakeClockAt(storetest.Start())
			errs := crowd(4, func(i int) error {
				s, err := models.Open(bg(), models.Options{DSN: at, DataKey: storetest.DataKey, Now: clock.Now})
				if err != nil {
					return err
				}
				defer s.Close()
				return s.CommitTurn(bg(), turn(contactName(i), 1, fmt.Sprint(i)))
			})
			for _, err := range errs {
				assert.NoError(t, err)
			}
			s := storetest.OpenAt(t, at, clock)
			list, err := s.Migrations(bg())
			require.NoError(t, err)
			for _, m := range list {
				assert.False(t, m.Applied.IsZero(), m.Name)
			}
		})
	}
}

// A server that is killed under load is "unavailable", never "refused"; what
// was acknowledged is there when it is back, and the store goes on by itself.
func TestServerKilledUnderLoad(t *testing.T) {
	server := storetest.StartServer(t)
	db := storetest.Open(t, storetest.CreateDatabase(t, server.DSN()))
	start := storetest.Start().Add(time.Hour)
	killed := make(chan struct{})
	kept := make([]int64, 16)
	errs := crowd(16, func(i int) error {
		for n := int64(1); ; n++ {
			if i == 0 && n == 30 {
				server.Kill()
				close(killed)
			}
			var writes []models.Write
			if i%2 == 1 {
				writes = append(writes, write(func(tx *models.Tx) error {
					return tx.Enqueue(models.Outgoing{Key: fmt.Sprint(i, ".", n), ContactID: contactName(i), Priority: 1, Body: []byte("x")})
				}))
			}
			if err := db.CommitTurn(bg(), turn(contactName(i), n, fmt.Sprint("k", i, ".", n)), writes...); err != nil {
				return err
			}
			kept[i] = n
		}
	})
	<-killed
	for _, err := range errs {
		assert.True(t, models.IsUnavailable(err), "%v", err)
	}
	ctx, cancel := context.WithTimeout(bg(), 5*time.Second)
	defer cancel()
	assert.Error(t, db.Ping(ctx))
	for name, err := range map[string]error{
		"read": func() error { _, err := db.LastTurn(ctx, "web:a"); return err }(),
		"write": db.Do(ctx, write(func(tx *models.Tx) error {
			return tx.Book(appointment(db.Store, "web:a", start), "", claims(start, 2, "p:a"), 3, nil)
		})),
		"claim": func() error {
			_, err := db.ClaimOutbox(ctx, models.Claim{Owner: "me", Channel: "web", From: 1, To: 4, Limit: 5, Lease: time.Minute})
			return err
		}(),
		"busy":    func() error { _, err := db.Busy(ctx, []string{"p:a"}, 0, 100, ""); return err }(),
		"code":    db.Do(ctx, write(func(tx *models.Tx) error { _, _, err := tx.UseCode("ABCD2345", "web:a"); return err })),
		"tokens":  models.Tokens{Store: db.Store}.Put(ctx, "x", "y", start),
		"profile": func() error { return db.PutProfile(ctx, 0, "x", []byte("y")) }(),
	} {
		assert.True(t, models.IsUnavailable(err), "%s: %v", name, err)
	}

	require.NoError(t, server.Start())
	require.NoError(t, db.Ping(bg()))
	for i := range kept {
		last, err := db.LastTurn(bg(), contactName(i))
		require.NoError(t, err)
		assert.GreaterOrEqual(t, last.Seq, kept[i], "an acknowledged turn is never lost")
		assert.LessOrEqual(t, last.Seq, kept[i]+1)
	}
	require.NoError(t, db.CommitTurn(bg(), turn("web:new", 1, "new")))
}

func TestClosedStoreIsUnavailable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		require.NoError(t, db.Close())
		assert.True(t, models.IsUnavailable(db.CommitTurn(bg(), turn("web:a", 1, "k"))))
		_, err := db.LastTurn(bg(), "web:a")
		assert.True(t, models.IsUnavailable(err), "%v", err)
	})
}
