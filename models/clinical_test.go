package models_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

func keep(t *testing.T, db *storetest.DB, c models.Clinical) (models.Clinical, models.Fate) {
	t.Helper()
	var fate models.Fate
	require.NoError(t, db.Do(context.Background(), func(ctx context.Context, tx *models.Tx) (err error) {
		c.ID = tx.NewID()
		c, fate, err = tx.Keep(ctx, c)
		return err
	}))
	return c, fate
}

func reportOf(patient, key, status, source string) models.Clinical {
	return models.Clinical{
		Kind: models.KindReport, PatientID: patient, Status: status, At: storetest.Start(), Keys: []string{key}, Codes: []string{"http://loinc.org|58410-2", "58410-2"},
		Report: &models.Report{Code: models.Code{Text: "血常规"}}, Source: []byte(source),
	}
}

// One identifier is one report, over all states; a later state is not undone.
func TestKeep(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		first, fate := keep(t, db, reportOf("P", "lab|1", models.Preliminary, "a"))
		assert.Equal(t, models.FateNew, fate)
		for _, x := range []struct {
			status, source string
			want           models.Fate
			version        int
		}{
			{models.Preliminary, "a", models.FateSame, 1},
			{models.Final, "b", models.FateChanged, 2},
			{models.Preliminary, "c", models.FateOlder, 2},
			{models.Corrected, "d", models.FateChanged, 3},
			{models.Final, "b", models.FateOlder, 3},
		} {
			got, fate := keep(t, db, reportOf("P", "lab|1", x.status, x.source))
			assert.Equal(t, fmt.Sprint(first.ID, x.want, x.version), fmt.Sprint(got.ID, fate, got.Version), "%s %s", x.status, x.source)
		}
		err := db.Do(context.Background(), func(ctx context.Context, tx *models.Tx) error {
			c := reportOf("OTHER", "lab|1", models.Final, "e")
			c.ID = tx.NewID()
			_, _, err := tx.Keep(ctx, c)
			return err
		})
		require.ErrorIs(t, err, models.ErrOtherPatient)
		list, err := db.ClinicalRecords(context.Background(), models.ClinicalSearch{Kind: models.KindReport, Codes: []string{"58410-2"}, Keys: []string{"lab|1"}, Limit: 9})
		require.NoError(t, err)
		require.Len(t, list, 1)
		assert.Equal(t, "d", string(list[0].Source))
	})
}

// Pages go on where the one before ended, also among equal times.
func TestClinicalPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		for i := range 7 {
			keep(t, db, reportOf("P", fmt.Sprint("lab|", i), models.Final, fmt.Sprint(i)))
		}
		seen := map[string]bool{}
		f := models.ClinicalSearch{Kind: models.KindReport, Patients: []string{"P"}, Limit: 3}
		for {
			list, err := db.ClinicalRecords(context.Background(), f)
			require.NoError(t, err)
			for _, r := range list {
				assert.False(t, seen[r.ID])
				seen[r.ID] = true
				f.BeforeAt, f.BeforeID = r.At, r.ID
			}
			if len(list) < 3 {
				break
			}
		}
		assert.Len(t, seen, 7)
	})
}

// Only who is bound sees a report: to the whole record, or to this patient.
func TestReportAccess(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := context.Background()
		require.NoError(t, db.Do(ctx, func(_ context.Context, tx *models.Tx) error {
			for _, p := range []models.Patient{{ID: "P1", ClientID: "C1", Kind: "pet", Name: "团子"}, {ID: "P2", ClientID: "C1", Kind: "pet", Name: "糯米"}, {ID: "P3", ClientID: "C2", Kind: "pet", Name: "旺财"}} {
				if err := tx.SavePatient(p); err != nil {
					return err
				}
			}
			for _, b := range [][3]string{{"web:owner", "C1", ""}, {"web:family", "C1", "P2"}, {"web:other", "C2", ""}} {
				if err := tx.Bind(b[0], b[1], b[2], "code"); err != nil {
					return err
				}
			}
			return nil
		}))
		one, _ := keep(t, db, reportOf("P1", "lab|1", models.Final, "a"))
		wrong, _ := keep(t, db, reportOf("P1", "lab|2", models.EnteredInError, "b"))
		for who, want := range map[string]bool{"web:owner": true, "web:family": false, "web:other": false, "web:nobody": false, "": false} {
			_, err := db.ReportFor(ctx, who, one.ID)
			list, err2 := db.ReportsFor(ctx, who, 10)
			require.NoError(t, err2)
			assert.Equal(t, want, err == nil, who)
			assert.Equal(t, want, len(list) == 1, who)
			_, err = db.ReportFor(ctx, who, wrong.ID)
			require.ErrorIs(t, err, models.ErrNotFound, "entered in error")
		}
		told, err := db.BoundContacts(ctx, "P2")
		require.NoError(t, err)
		assert.Equal(t, []string{"web:family", "web:owner"}, told)
		require.NoError(t, db.Do(ctx, func(_ context.Context, tx *models.Tx) error { return tx.Unbind("web:owner", "C1") }))
		_, err = db.ReportFor(ctx, "web:owner", one.ID)
		require.ErrorIs(t, err, models.ErrNotFound)
	})
}

// What is held stands in no trend until it is released.
func TestSeriesHeld(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := context.Background()
		o := models.Clinical{
			Kind: models.KindObservation, PatientID: "P", Status: models.Final, At: storetest.Start(), Keys: []string{"lab|o"}, Codes: []string{"718-7"},
			Observation: &models.Observation{Number: "101"}, Source: []byte("o"),
		}
		o, _ = keep(t, db, o)
		count := func(now time.Time) int {
			list, err := db.Series(ctx, "P", []string{"718-7"}, now, 10)
			require.NoError(t, err)
			return len(list)
		}
		now := storetest.Start()
		assert.Equal(t, 1, count(now))
		require.NoError(t, db.Do(ctx, func(_ context.Context, tx *models.Tx) error { return tx.Hold(now.Add(time.Hour), o.ID) }))
		assert.Equal(t, 0, count(now))
		assert.Equal(t, 1, count(now.Add(time.Hour)))
		require.NoError(t, db.Do(ctx, func(_ context.Context, tx *models.Tx) error { return tx.Release(o.ID) }))
		assert.Equal(t, 1, count(now))
	})
}

// A log of looks that was changed, or lacks a line in the middle, shows it.
func TestAuditShowsChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx := context.Background()
		for i := range 6 {
			chain := []string{"web:a", "web:b"}[i%2]
			require.NoError(t, db.Do(ctx, func(_ context.Context, tx *models.Tx) error {
				return tx.Audit(chain, chain, "report-show", "DiagnosticReport/R")
			}))
		}
		verify := func() []string {
			broken, err := db.VerifyAudit(ctx)
			require.NoError(t, err)
			return broken
		}
		assert.Empty(t, verify())
		storetest.Exec(t, db.DSN, "UPDATE audit SET who = 'web:c' WHERE chain = 'web:a' AND seq = 2")
		assert.Equal(t, []string{"web:a/2"}, verify())
		storetest.Exec(t, db.DSN, "DELETE FROM audit WHERE chain = 'web:b' AND seq = 2")
		assert.Equal(t, []string{"web:a/2", "web:b/3"}, verify())
		looks, err := db.Looks(ctx, "DiagnosticReport/R", 10)
		require.NoError(t, err)
		assert.Len(t, looks, 5)
	})
}
