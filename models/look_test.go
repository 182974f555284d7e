package models_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// Many pushes are looked at in one statement, whatever each is about, and each
// is judged as if it were alone.
func TestLookAtManyAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		require.NoError(t, db.Do(bg(), func(_ context.Context, tx *models.Tx) error {
			for _, p := range []string{"alive", "dead"} {
				if err := tx.SavePatient(models.Patient{ID: p, ClientID: "c", Name: p, Kind: "pet"}); err != nil {
					return err
				}
			}
			for id, reach := range map[string]string{"web:a": models.ReachOpen, "web:left": models.ReachLeft} {
				if err := tx.SaveContact(models.Contact{ID: id, Channel: "web", Address: id[4:], Reach: reach, CreatedAt: tx.Now}); err != nil {
					return err
				}
			}
			for contact, kind := range map[string]models.Kind{"web:a": models.KindTip, "web:nobody": models.KindActivity} {
				if err := tx.Prefer(contact, kind, true); err != nil {
					return err
				}
			}
			if err := tx.Prefer("web:a", models.KindCare, false); err != nil {
				return err
			}
			return tx.PatientDied("dead", tx.Now)
		}))
		var list []models.Outgoing
		want := map[string]string{}
		add := func(subject, fallen string) {
			list = append(list, models.Outgoing{ContactID: "web:a", Kind: models.KindVisit, Subject: subject})
			want[subject] = fallen
		}
		for _, kind := range []string{"Appointment", "Case", "Recall", "MedicationRequest", models.KindCarePlan, models.KindConsent, "Wait", models.KindReport, models.KindObservation, models.KindQuestion, "Invoice", "ServiceRequest", "Broadcast"} {
			add(kind+"/none", "it is not there any more")
		}
		add("Patient/alive", "")
		add("Patient/dead", "the patient has died")
		list = append(list, models.Outgoing{ContactID: "web:a", Subject: "Moon/1", Kind: models.KindVisit}, models.Outgoing{ContactID: "web:left", Kind: models.KindVisit},
			models.Outgoing{ContactID: "web:nobody", Kind: models.KindVisit})
		looks, err := db.Look(bg(), list)
		require.NoError(t, err)
		require.Len(t, looks, len(list))
		for i, o := range list[:len(want)] {
			require.NoError(t, looks[i].Err)
			assert.Equal(t, want[o.Subject], looks[i].Fallen, o.Subject)
			alone, err := db.Stands(bg(), o.Subject, o.Version)
			require.NoError(t, err)
			assert.Equal(t, alone, looks[i].Fallen, o.Subject)
		}
		moon, left, nobody := looks[len(want)], looks[len(want)+1], looks[len(want)+2]
		assert.ErrorContains(t, moon.Err, "no such kind")
		assert.Equal(t, models.ReachLeft, left.Reach)
		assert.Equal(t, models.ReachOpen, nobody.Reach, "one who never wrote may be tried")
		for kind, wants := range map[models.Kind]bool{models.KindVisit: true, models.KindTip: true, models.KindCare: false, models.KindActivity: false, models.KindStaff: true} {
			assert.Equal(t, wants, moon.Wants(kind), kind)
		}
		assert.True(t, nobody.Wants(models.KindActivity), "what somebody said without having written counts")
		assert.False(t, nobody.Wants(models.KindTip))
	})
}
