package models_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

func vocabulary() models.Vocabulary {
	return models.Vocabulary{
		Species:  map[string]string{"dog": "dog", "狗": "dog", "狗狗": "dog", "cat": "cat", "猫": "cat"},
		Services: map[string]string{"dental": "dental", "洗牙": "dental", "vaccine": "vaccine", "疫苗": "vaccine"},
		Branches: map[string]string{"main": "main", "总院": "main", "river": "river"},
	}
}

// people are four contacts: 1 has an old dog and a young cat, 2 an old cat that
// had its teeth cleaned a year ago, 3 wrote but is in no record, 4 has a dog
// that died. The fifth client has no chat.
func people(t testing.TB, db *storetest.DB) {
	t.Helper()
	now := storetest.Start()
	do(t, db.Store, write(func(tx *models.Tx) error {
		contact := func(id, channel, lang string) error {
			return tx.SaveContact(models.Contact{ID: id, Channel: channel, Address: id, Language: lang, Reach: models.ReachOpen, CreatedAt: now})
		}
		var errs []error
		errs = append(errs, contact("web:1", "web", "zh-Hans"), contact("web:2", "web", "en"), contact("telegram:3", "telegram", "zh-Hant"), contact("web:4", "web", "zh-Hans"))
		for _, id := range []string{"k1", "k2", "k4", "k5"} {
			errs = append(errs, tx.SaveClient(models.Client{ID: id, Identifier: id, Name: "客" + id, Verified: true}))
		}
		errs = append(errs, tx.Bind("web:1", "k1", "", "code"), tx.Bind("web:2", "k2", "", "code"), tx.Bind("web:4", "k4", "", "code"))
		for _, p := range []models.Patient{
			{ID: "dog1", ClientID: "k1", Name: "豆豆", Species: "dog", BirthDate: "2016-05-01"},
			{ID: "cat1", ClientID: "k1", Name: "咪咪", Species: "cat", BirthDate: "2025-05"},
			{ID: "cat2", ClientID: "k2", Name: "花花", Species: "cat", BirthDate: "2015"},
			{ID: "dog4", ClientID: "k4", Name: "旺财", Species: "dog", BirthDate: "2012-01-01"},
			{ID: "dog5", ClientID: "k5", Name: "来福", Species: "dog", BirthDate: "2012-01-01"},
		} {
			p.Kind = "pet"
			errs = append(errs, tx.SavePatient(p))
		}
		errs = append(errs, tx.SetTags("cat2", []string{"慢性肾病", "CKD"}))
		p := appointment(db.Store, "web:2", now.AddDate(-1, 0, 0))
		p.PatientID, p.ClientID, p.Slot.Service, p.Slot.Branch, p.Status = "cat2", "k2", "dental", "river", models.Booked
		errs = append(errs, tx.Book(p, "", nil, 9, nil), tx.SetStatus(p.ID, 1, models.Fulfilled, nil))
		return errors.Join(errs...)
	}))
	storetest.Exec(t, db.DSN, "UPDATE patients SET deceased_at = 1 WHERE id = 'dog4'")
	storetest.Exec(t, db.DSN, "UPDATE clients SET tier = 'gold' WHERE id = 'k2'")
}

func TestSegments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		people(t, db)
		for text, want := range map[string]struct{ chats, chatless int64 }{
			"":                    {4, 1},
			`species == "dog"`:    {1, 1}, // the one that died does not count
			`物种 == "狗" 且 年龄 >= 7`: {1, 1},
			`物种 = 狗 且 年龄 < 7`:     {0, 0}, // one and the same patient
			`物种＝“猫” 且 （年龄 ≥ 10 或 年龄 < 2）`:          {2, 0},
			`species in ["cat", "dog"]`:            {2, 1},
			`not (species == "dog")`:               {2, 0},
			`not species == "dog"`:                 {2, 0},
			`非 物种 == "狗"`:                          {2, 0},
			`7 <= age`:                             {2, 1},
			`age == 10`:                            {1, 0},
			`condition == "ckd"`:                   {1, 0},
			`病史 == "慢性肾病" 且 物种 == "猫"`:             {1, 0},
			`condition == "diabetes"`:              {0, 0},
			`procedure == "洗牙"`:                    {1, 0},
			`做过 != "洗牙"`:                           {3, 1},
			`last_visit > 180`:                     {1, 0},
			`没来 < 180`:                             {0, 0},
			`last_visit > 180 && species == "cat"`: {1, 0},
			`tier == "gold"`:                       {1, 0},
			`tier == "gold" and species == "cat"`:  {1, 0},
			`等级 == "金卡"`:                           {1, 0},
			`branch == "river"`:                    {1, 0},
			`language == "en"`:                     {1, 0},
			`渠道 属于 ["telegram"]`:                   {1, 0},
			`语言 == "繁体" or channel == "web"`:       {4, 0},
		} {
			g, err := db.Segment(text, vocabulary(), storetest.Start())
			if !assert.NoError(t, err, text) {
				continue
			}
			n, out, err := db.Audience(bg(), models.KindNotice, g)
			require.NoError(t, err, text)
			assert.Equal(t, want.chats, n, text)
			assert.Equal(t, want.chatless, out.NoChat, "in the records only: %s", text)
			again, err := db.Segment(g.Canonical(), models.Vocabulary{}, storetest.Start())
			require.NoError(t, err, "%s: %s", text, g.Canonical())
			n, out, err = db.Audience(bg(), models.KindNotice, again)
			require.NoError(t, err)
			assert.Equal(t, want.chats, n, g.Canonical())
			assert.Equal(t, want.chatless, out.NoChat, g.Canonical())
		}
	})
}

func TestSegmentFaults(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	for text, want := range map[string]models.SegmentFault{
		`speceis == "dog"`:              {Code: "field", At: 1, Near: "speceis", Meant: "species"},
		`物种 == "狗" 且 年令 > 7`:            {Code: "field", At: 13, Near: "年令", Meant: "年龄"},
		`species == "dgo"`:              {Code: "value", At: 12, Near: "dgo", Meant: "dog", Field: "species"},
		`age >= "old"`:                  {Code: "type", At: 8, Near: `"old"`, Field: "age"},
		`age in [1, 2]`:                 {Code: "type", At: 8, Near: "[1, 2]", Field: "age"},
		`species > "dog"`:               {Code: "operator", At: 9, Near: ">", Field: "species"},
		`species == 7`:                  {Code: "type", At: 12, Near: "7", Field: "species"},
		`species`:                       {Code: "syntax", At: 1, Near: "species", Field: "species"},
		`(age > 7`:                      {Code: "syntax", At: 8, Near: "7"},
		`age > 7 ; DROP TABLE contacts`: {Code: "syntax", At: 16, Near: "TABLE contac"},
		`len(species) > 1`:              {Code: "syntax", At: 1, Near: "len(species)"},
		`species matches ".*"`:          {Code: "operator", At: 9, Near: "matches", Field: "species"},
		`species == ["dog"]`:            {Code: "operator", At: 9, Near: "==", Field: "species"},
		`age >= -1`:                     {Code: "type", At: 8, Near: "-1", Field: "age"},
		`contacts.id == "1"`:            {Code: "syntax", At: 10, Near: `id == "1"`},
	} {
		_, err := db.Segment(text, vocabulary(), storetest.Start())
		var f *models.SegmentFault
		if assert.ErrorAs(t, err, &f, text) {
			assert.Equal(t, want, *f, text)
		}
	}
}

// Whatever is written becomes parameters, never SQL.
func TestSegmentsAreParameters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		people(t, db)
		for _, text := range []string{`tier == "' OR '1'='1"`, `condition == "x') OR 1=1 -- "`, `tier == "\\' OR 1=1 #"`, `tier == "?"`} {
			g, err := db.Segment(text, vocabulary(), storetest.Start())
			require.NoError(t, err, text)
			n, _, err := db.Audience(bg(), models.KindNotice, g)
			require.NoError(t, err, text)
			assert.Zero(t, n, text)
		}
	})
}

func FuzzSegment(f *testing.F) {
	for _, s := range []string{`species == "dog" and age >= 7`, `物种 = 狗 且 (年龄>=7 或 没来 > 180)`, `非 病史 属于 ["a","b"]`, `((((`, `"`, `“狗`, `a.b[1]?.c`, `1..2`, `let x = 1; x`} {
		f.Add(s)
	}
	db := storetest.Open(f, storetest.SQLite(f))
	f.Fuzz(func(t *testing.T, text string) {
		g, err := db.Segment(text, vocabulary(), storetest.Start())
		var fault *models.SegmentFault
		if err != nil && (!errors.As(err, &fault) || fault.At < 1) {
			t.Fatalf("%q: %v", text, err)
		}
		if err == nil {
			if _, _, err := db.Audience(bg(), models.KindTip, g); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
		}
	})
}
