package client

import (
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// patientData is what texts say about a patient.
func patientData(t *bot.Turn, p models.Patient) map[string]any {
	years, months := age(p.BirthDate, t.Local())
	data := map[string]any{
		"Name": p.Name, "Pet": p.Kind == "pet", "Species": config.Text(nil), "Breed": p.Breed, "Sex": p.Sex, "Neutered": p.Neutered,
		"Birth": p.BirthDate, "Years": years, "Months": months, "Weight": kilograms(p.WeightGrams), "Relation": p.Relation,
		"Vaccination": p.History.Vaccination, "Deworming": p.History.Deworming, "Allergies": p.History.Allergies,
		"Illness": p.History.Illness, "Medication": p.History.Medication,
	}
	if s := t.Clinic.SpeciesByID(p.Species); s != nil {
		data["Species"] = s.Name
	}
	return data
}

type clientRow struct {
	Name, Phone, Emergency string
	Bound                  bool
}

func clientData(v *recordView) []clientRow {
	var out []clientRow
	for _, c := range v.clients {
		out = append(out, clientRow{c.Name, maskPhone(c.Phone), c.Emergency, c.Bound})
	}
	return out
}

// maskPhone shows the ends of a number only: +86138****8000.
func maskPhone(phone string) string {
	r := []rune(phone)
	if len(r) < 8 {
		return phone
	}
	return string(r[:len(r)-8]) + "****" + string(r[len(r)-4:])
}

func kilograms(grams int) string {
	if grams == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(grams)/1000, 'f', -1, 64)
}

// age reads YYYY, YYYY-MM or YYYY-MM-DD; -1 years when there is no date. The
// months are told in the first two years only, and only if the month is known.
func age(birth string, now time.Time) (years, months int) {
	parts := strings.Split(birth, "-")
	year, err := strconv.Atoi(parts[0])
	if err != nil {
		return -1, 0
	}
	if len(parts) == 1 {
		return now.Year() - year, 0
	}
	month, _ := strconv.Atoi(parts[1])
	total := (now.Year()-year)*12 + int(now.Month()) - month
	if len(parts) > 2 {
		if day, _ := strconv.Atoi(parts[2]); day > now.Day() {
			total--
		}
	}
	total = max(total, 0)
	if total >= 24 {
		return total / 12, 0
	}
	return total / 12, total % 12
}
