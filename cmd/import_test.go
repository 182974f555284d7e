package cmd

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/models/storetest"
)

// desk is somebody at a shell, with a folder and a database of their own.
type desk struct {
	t     testing.TB
	dir   string
	dsn   string
	env   []string
	clock *clockwork.FakeClock
}

func newDesk(t testing.TB, dsn, clinic string) *desk {
	return &desk{t: t, dir: t.TempDir(), dsn: dsn, clock: clockwork.NewFakeClockAt(storetest.Start()), env: []string{
		"ZHENBAN_DB=" + dsn, "ZHENBAN_CLINIC=" + clinic, "ZHENBAN_DATA_KEY=" + quickKey,
	}}
}

// quickKey is a key and no passphrase, which takes its time by intention.
const quickKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

// run runs a command and returns its exit code and what it printed.
func (d *desk) run(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = Run(context.Background(), World{Args: args, Env: d.env, In: strings.NewReader(""), Out: &o, Err: &e, Clock: d.clock})
	return code, o.String(), strings.ReplaceAll(e.String(), d.dir+string(filepath.Separator), "")
}

func (d *desk) file(name, text string) string {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	require.NoError(d.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func (d *desk) store() *models.Store {
	d.t.Helper()
	s, err := models.Open(context.Background(), models.Options{DSN: d.dsn, DataKey: quickKey, Now: d.clock.Now})
	require.NoError(d.t, err)
	d.t.Cleanup(func() { _ = s.Close() })
	return s
}

const someClients = `客户编号,姓名,手机,紧急联系人,语言,特殊需求,患者编号,患者姓名,物种,品种,性别,绝育,出生日期,体重(kg),疫苗,过敏史
C0001,陈晓雨,13800000001,陈大海 13800000002,简体中文,"老年、残疾",P0001,豆豆,狗,柯基,公,是,2022/5/1,11.8,狂犬 2026-03,青霉素
C0001,,,,,,P0002,咪咪,猫咪,英短,母,否,2024年3月,3.9kg,,
C0002,王芳,0571-87654321,,en,,,小白,rabbit,,未知,,2024,4斤,,
C0003,李雷,+1 650 253 0000,,,,,,,,,,,,,
`

func eachDatabase(t *testing.T, f func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, storetest.SQLite(t)) })
	t.Run("mysql", func(t *testing.T) { f(t, storetest.MySQL(t)) })
}

func TestImportClients(t *testing.T) {
	eachDatabase(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn, "vet")
		file := d.file("clients.csv", "\ufeff"+someClients)

		code, out, errs := d.run("import", "clients", file, "--dry-run")
		require.Equal(t, 0, code, errs)
		assert.Contains(t, out, "clients   3 new, 0 changed, 0 as they are on record\npatients  3 new")
		assert.Contains(t, out, "nothing was written")
		store := d.store()
		_, err := store.ClientByIdentifier(context.Background(), "C0001")
		require.ErrorIs(t, err, models.ErrNotFound)

		code, _, errs = d.run("import", "clients", file)
		require.Equal(t, 0, code, errs)
		c, err := store.ClientByIdentifier(context.Background(), "C0001")
		require.NoError(t, err)
		assert.Equal(t, models.Client{
			ID: c.ID, Identifier: "C0001", Name: "陈晓雨", Phone: "+8613800000001", Emergency: "陈大海 13800000002",
			Language: "zh-Hans", Needs: "disabled,elderly", Verified: true, CreatedAt: c.CreatedAt,
		}, c)
		p, err := store.PatientByIdentifier(context.Background(), "P0001")
		require.NoError(t, err)
		assert.Equal(t, models.Patient{
			ID: p.ID, ClientID: c.ID, Identifier: "P0001", Kind: "pet", Name: "豆豆", Species: "dog", Breed: "柯基",
			Sex: "male", Neutered: "yes", BirthDate: "2022-05-01", WeightGrams: 11800, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
			History: models.History{Vaccination: "狂犬 2026-03", Allergies: "青霉素"},
		}, p)
		other, err := store.ClientByIdentifier(context.Background(), "C0002")
		require.NoError(t, err)
		assert.Equal(t, "+8657187654321 en", other.Phone+" "+other.Language)
		pets, err := store.PatientsOfClient(context.Background(), other.ID)
		require.NoError(t, err)
		require.Len(t, pets, 1)
		assert.Equal(t, "rabbit 2024 2000", fmt.Sprintf("%s %s %d", pets[0].Species, pets[0].BirthDate, pets[0].WeightGrams))

		code, out, _ = d.run("import", "clients", file)
		assert.Equal(t, 0, code)
		assert.Equal(t, "clients   0 new, 0 changed, 3 as they are on record\npatients  0 new, 0 changed, 3 as they are on record\n", out)
	})
}

// A second file updates: an empty cell leaves what is there, - clears it, a
// patient known by name is given its number, columns may be in English.
func TestImportClientsAgain(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t), "vet")
	_, _, errs := d.run("import", "clients", d.file("a.csv", someClients))
	require.Empty(t, errs)
	code, out, errs := d.run("import", "clients", d.file("b.csv", "identifier;Phone*;Emergency contact;patient number;Pet Name;weight (g);breed\n"+
		`="C0001";;-;P0001;;12000;`+"\nC0002;13900000000;;P0003;小白;;\nC0009;;;;;;\n"))
	require.Equal(t, 1, code, out)
	assert.Equal(t, "b.csv:4:1: 姓名: is missing\nnothing was imported: 1 to correct\n", errs)
	code, out, errs = d.run("import", "clients", d.file("b.csv", "identifier;Phone*;Emergency contact;patient number;Pet Name;weight (g);breed\n"+
		`="C0001";;-;P0001;;12000;`+"\nC0002;13900000000;;P0003;小白;;\n"))
	require.Equal(t, 0, code, errs)
	assert.Equal(t, "clients   0 new, 2 changed, 0 as they are on record\npatients  0 new, 2 changed, 0 as they are on record\n", out)
	store := d.store()
	c, err := store.ClientByIdentifier(context.Background(), "C0001")
	require.NoError(t, err)
	assert.Equal(t, "陈晓雨 +8613800000001 ", c.Name+" "+c.Phone+" "+c.Emergency)
	p, err := store.PatientByIdentifier(context.Background(), "P0001")
	require.NoError(t, err)
	assert.Equal(t, "豆豆 柯基 12000", fmt.Sprintf("%s %s %d", p.Name, p.Breed, p.WeightGrams))
	p, err = store.PatientByIdentifier(context.Background(), "P0003")
	require.NoError(t, err)
	assert.Equal(t, "小白", p.Name)

	code, _, errs = d.run("import", "clients", d.file("c.csv", "identifier,patient number\nC0002,P0001\n"))
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, `c.csv:2:7: 患者编号: "P0001" belongs to another client on record`)
	code, out, _ = d.run("import", "clients", d.file("c.csv", "identifier,patient number\nC0002,P0001\n"), "--reassign")
	assert.Equal(t, 0, code)
	assert.Contains(t, out, "1 patients change to another client")
}

// All faults are told at once, each at its place, and nothing is kept.
func TestImportClientsFaults(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t), "vet")
	code, _, errs := d.run("import", "clients", d.file("bad.csv", `名单,,,,,,,,
客户编号,姓名,手机,患者编号,患者姓名,物种,性别,出生日期,体重,星座
C1,张三,123,P1,豆豆,龙,公,5/1/2022,11800,白羊
C1,张四,13800138000,P1,豆豆,狗,公,2029-01-01,1
,王,13800138000
C2,"赵
六",13800138001,,旺财,狗,?,1850,-3
C3,钱,13800138002,,,狗,,,
C4,孙,13800138003,,A,狗,,2020,lots,,,extra
C4,,,,A
C 5,周
C6,吴,13800138004,,B,cat,,2020-02-30,#N/A
`))
	assert.Equal(t, 1, code)
	assert.Equal(t, `bad.csv:2:36: 星座: this column is not known and is left out
bad.csv:3:7: 手机: "123" is no phone number
bad.csv:3:17: 物种: "龙" is no species of the clinic's profile: 狗, 猫, 兔子
bad.csv:3:21: 出生日期: "5/1/2022" is no date: write 2022-05-01, 2022-05 or 2022
bad.csv:3:30: 体重: 11800 kg is no plausible weight
bad.csv:4:4: 姓名: is another than on line 3, which has the same 客户编号
bad.csv:4:19: 患者编号: "P1" stands on line 3 already
bad.csv:4:29: 出生日期: 2029-01-01 lies in the future
bad.csv:5:1: 客户编号: is missing
bad.csv:7:24: 出生日期: 1850 is more than 130 years ago
bad.csv:7:29: 体重: -3 kg is no plausible weight
bad.csv:8:20: 患者姓名: is missing: the row says something about a patient
bad.csv:9:29: 体重: "lots" is no weight: write kilograms as 4.2
bad.csv:9:36: this cell stands beyond the last column
bad.csv:10:7: 患者姓名: this client's patient stands on line 9 already; two of one name need a 患者编号 each
bad.csv:11:1: 客户编号: "C 5" is no number of a record: at most 64 bytes, no spaces
bad.csv:12:26: 出生日期: "2020-02-30" is no date: write 2022-05-01, 2022-05 or 2022
bad.csv:12:37: 体重: the sheet has the error #N/A here
nothing was imported: 17 to correct
`, errs)
	_, err := d.store().ClientByIdentifier(context.Background(), "C4")
	require.ErrorIs(t, err, models.ErrNotFound)

	for text, want := range map[string]string{
		"":                         "no row of the first ten is a header",
		"a,b\n1,2\n":               "no row of the first ten is a header",
		"客户编号,姓名\n":                "has no row below its header",
		"客户编号,identifier\nC1,C2\n": "f.csv:1:6: identifier: this column stands here twice",
		"客户编号,姓名,体重(lb)\nC1,x,3\n":          "体重(lb): is in a unit that is none of",
		"客户编号,姓名\nC1,张\xff三\n":              "f.csv:2:1: is UTF-8 text with a broken character",
		"客户编号,姓名\nC1,\x00\n":                "f.csv:2:1: has a NUL byte",
		"PK\x03\x04 no workbook":            "cannot be read as .xlsx",
		"客户编号,姓名\nC1," + longText + "\n":    "characters are too long",
		"客户编号,姓名\n" + "=1+1," + "张三" + "\n": "",
	} {
		code, _, errs := d.run("import", "clients", d.file("f.csv", text))
		if want == "" {
			assert.Equal(t, 0, code, errs)
			continue
		}
		assert.Equal(t, 1, code)
		assert.Contains(t, errs, want)
	}
	code, _, errs = d.run("import", "clients", filepath.Join(d.dir, "none.csv"))
	assert.Equal(t, "1 none.csv: cannot be read: no such file or directory\nnothing was imported: 1 to correct\n", fmt.Sprint(code, " ", errs))
}

var longText = strings.Repeat("长", 65)

// The same table in every writing that clinics' programs produce.
func TestImportEncodings(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(someClients)
	require.NoError(t, err)
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(someClients, ",", "\t"))
	require.NoError(t, err)
	for name, text := range map[string]string{
		"gbk": gbk, "utf16": utf16, "crlf": strings.ReplaceAll(someClients, "\n", "\r\n"), "semicolon": strings.ReplaceAll(someClients, ",", ";"),
	} {
		d := newDesk(t, storetest.SQLite(t), "vet")
		code, out, errs := d.run("import", "clients", d.file(name+".csv", text))
		assert.Equal(t, 0, code, "%s: %s", name, errs)
		assert.Contains(t, out, "clients   3 new, 0 changed, 0 as they are on record\npatients  3 new", name)
	}
}

// A workbook: dates are serial numbers, phones numbers, some cells formulas
// with a value beside them and some without.
func TestImportWorkbook(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	sheet := f.GetSheetName(0)
	set := func(at string, v any) { require.NoError(t, f.SetCellValue(sheet, at, v)) }
	require.NoError(t, f.SetSheetRow(sheet, "A1", &[]any{"客户名单 2026"}))
	require.NoError(t, f.SetSheetRow(sheet, "A3", &[]any{"客户编号", "姓名", "手机", "患者编号", "患者姓名", "物种", "出生日期", "体重（kg）"}))
	set("A4", "C0001")
	set("B4", "陈晓雨")
	set("C4", 13800000001)
	require.NoError(t, f.SetCellFormula(sheet, "D4", `="P"&TEXT(1,"0000")`))
	set("E4", "豆豆")
	set("F4", "狗")
	set("G4", time.Date(2022, 5, 1, 0, 0, 0, 0, time.UTC))
	set("H4", 11.85)
	short, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	require.NoError(t, err)
	require.NoError(t, f.SetCellStyle(sheet, "G4", "G4", short))
	rounded, err := f.NewStyle(&excelize.Style{NumFmt: 1})
	require.NoError(t, err)
	require.NoError(t, f.SetCellStyle(sheet, "H4", "H4", rounded))
	d := newDesk(t, storetest.SQLite(t), "vet")
	path := filepath.Join(d.dir, "clients.xlsx")
	require.NoError(t, f.SaveAs(path))
	code, _, errs := d.run("import", "clients", path)
	require.Equal(t, 0, code, errs)
	p, err := d.store().PatientByIdentifier(context.Background(), "P0001")
	require.NoError(t, err)
	assert.Equal(t, "豆豆 2022-05-01 11850", fmt.Sprintf("%s %s %d", p.Name, p.BirthDate, p.WeightGrams))

	set("G4", "yesterday")
	require.NoError(t, f.SaveAs(path))
	code, _, errs = d.run("import", "clients", path)
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, `clients.xlsx:4:7: 出生日期: "yesterday" is no date`)
}

// In a clinic for people the client may be the patient.
func TestImportPeople(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t), "general")
	code, out, errs := d.run("import", "clients", d.file("a.csv", "客户编号,姓名,手机,患者姓名,性别,出生日期,关系\n"+
		"C1,陈晓雨,13800000001,,女,1990-6-15,\nC1,,,陈小宝,男,20190301,儿子\nC2,王芳,13800000002,王芳,,,\nC3,李雷,13800000003,,,,\n"))
	require.Equal(t, 0, code, errs)
	assert.Contains(t, out, "clients   3 new, 0 changed, 0 as they are on record\npatients  3 new")
	store := d.store()
	relations := map[string]string{}
	for _, number := range []string{"C1", "C2"} {
		c, err := store.ClientByIdentifier(context.Background(), number)
		require.NoError(t, err)
		list, err := store.PatientsOfClient(context.Background(), c.ID)
		require.NoError(t, err)
		for _, p := range list {
			assert.Equal(t, "person", p.Kind)
			relations[p.Name] = p.Relation + " " + p.BirthDate
		}
	}
	assert.Equal(t, map[string]string{"陈晓雨": "self 1990-06-15", "陈小宝": "child 2019-03-01", "王芳": "self "}, relations)
	_, _, errs = d.run("import", "clients", d.file("b.csv", "客户编号,姓名,物种\nC1,陈晓雨,狗\n"))
	assert.Contains(t, errs, "this clinic treats no animals")
}

// Imported clients are bound by a code that works once.
func TestImportThenBind(t *testing.T) {
	eachDatabase(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn, "vet")
		code, _, errs := d.run("import", "clients", d.file("clients.csv", someClients))
		require.Equal(t, 0, code, errs)
		store := d.store()
		client, err := store.ClientByIdentifier(context.Background(), "C0001")
		require.NoError(t, err)
		for _, who := range []string{"C0001", "P0002", "13800000001", "+86 138 0000 0001"} {
			code, out, errs := d.run("bind", who)
			require.Equal(t, 0, code, errs)
			secret := regexp.MustCompile(`code +([2-9A-Z]{8})\n`).FindStringSubmatch(out)
			require.Len(t, secret, 2, out)
			use := func() (purpose, subject string, err error) {
				err = store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error {
					purpose, subject, err = tx.UseCode(secret[1], "web:x")
					return err
				})
				return purpose, subject, err
			}
			purpose, subject, err := use()
			require.NoError(t, err)
			assert.Equal(t, models.CodeBind+" "+client.ID, purpose+" "+subject)
			_, _, err = use()
			require.ErrorIs(t, err, models.ErrCode)
		}
		code, _, errs = d.run("bind", "C0404")
		assert.Equal(t, 1, code)
		assert.Contains(t, errs, "no client or patient")
	})
}

func TestImportClinic(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t), "vet")
	body, err := config.Preset("vet")
	require.NoError(t, err)
	code, out, errs := d.run("import", "clinic", "vet", "--dry-run")
	require.Equal(t, 0, code, errs)
	assert.NotContains(t, out, "in force")
	code, out, errs = d.run("import", "clinic", "vet")
	require.Equal(t, 0, code, errs)
	assert.Contains(t, out, "version 1 is in force")
	code, out, _ = d.run("import", "clinic", "vet")
	assert.Equal(t, 0, code)
	assert.Contains(t, out, "nothing changes\nversion 1 stays in force")

	text := strings.Replace(string(body), "minutes: 15\n", "minutes: 20\n", 1)
	text = regexp.MustCompile(`(?s)  - id: zhou-qing.*?(  - id: wu-jie)`).ReplaceAllString(text, "$1")
	file := d.file("clinic.yaml", text)
	code, out, _ = d.run("import", "clinic", file, "--dry-run")
	assert.Equal(t, 0, code)
	assert.Contains(t, out, "  changed services: vaccination\n  removed practitioners: zhou-qing\ndry run: nothing was written")

	// A visit with the one who goes holds it up.
	p, err := config.ParseProfile("vet", body)
	require.NoError(t, err)
	clinic, err := bot.NewClinic(p, 1)
	require.NoError(t, err)
	slot := clinic.Slots.Find(slots.Query{Service: "grooming", Practitioner: "zhou-qing", From: d.clock.Now(), Now: d.clock.Now()}, nil, 1)[0]
	store := d.store()
	a := models.Appointment{ID: "01A", Number: "B1000001", ContactID: "web:x", Slot: slot}
	require.NoError(t, store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error {
		return tx.Book(a, "", clinic.Slots.Claims(slot), 9, nil)
	}))
	for _, flag := range []string{"--dry-run=true", "--dry-run=false"} {
		code, _, errs = d.run("import", "clinic", file, flag)
		assert.Equal(t, 1, code)
		assert.Contains(t, errs, "B1000001")
	}
	require.NoError(t, store.Do(context.Background(), func(_ context.Context, tx *models.Tx) error { return tx.SetStatus("01A", 1, models.Cancelled, nil) }))
	code, out, _ = d.run("import", "clinic", file)
	assert.Equal(t, 0, code)
	assert.Contains(t, out, "version 2 is in force")

	code, _, errs = d.run("import", "clinic", d.file("bad.yaml", "name: x\nkind: zoo\n"))
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "bad.yaml:2:1: kind: ")
	assert.Contains(t, errs, "to correct\n")
}

func TestImportUsage(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t), "vet")
	code, _, errs := d.run("import", "reports", "x")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "clinic ")
	assert.NotContains(t, strings.ReplaceAll(errs, `"reports"`, ""), "reports", "only what works is listed")
	code, _, _ = d.run("import", "clients")
	assert.Equal(t, 2, code)
}

func bigFile(rows int) string {
	var b strings.Builder
	b.WriteString("客户编号,姓名,手机,患者编号,患者姓名,物种,品种,性别,绝育,出生日期,体重(kg),疫苗,过敏史,既往病史\n")
	for i := range rows {
		fmt.Fprintf(&b, "C%05d,客户%d,139%08d,P%05d,宠物%d,狗,柯基,公,是,2022-05-01,11.8,狂犬 2026-03,无,2025 年胃炎\n", i*2/3, i*2/3, i*2/3, i, i)
	}
	return b.String()
}

// BenchmarkImport is 10,000 rows into an empty database, and the same again.
func BenchmarkImport(b *testing.B) {
	for _, again := range []bool{false, true} {
		b.Run(fmt.Sprintf("again=%v", again), func(b *testing.B) {
			text := bigFile(10_000)
			for b.Loop() {
				b.StopTimer()
				d := newDesk(b, storetest.SQLite(b), "vet")
				file := d.file("big.csv", text)
				if again {
					d.run("import", "clients", file)
				}
				b.StartTimer()
				if code, _, errs := d.run("import", "clients", file); code != 0 {
					b.Fatal(errs)
				}
			}
		})
	}
}

// Whatever a file holds: no panic, every fault has a place, and what is
// accepted is plausible.
func FuzzClientsCSV(f *testing.F) {
	f.Add([]byte(someClients))
	f.Add([]byte("identifier\tname\nC1\t\"a\"\"b\"\n"))
	gbk, _ := simplifiedchinese.GBK.NewEncoder().String(someClients)
	f.Add([]byte(gbk))
	f.Add([]byte("客户编号;体重(g);出生日期\n=\"1\";1e3;２０２２年\n-;-;-\n"))
	p, _, err := config.LoadProfile("vet")
	require.NoError(f, err)
	clinic, err := bot.NewClinic(p, 1)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := readCSV("f.csv", data)
		if err != nil {
			return
		}
		im := newClientsImport(clinic, storetest.Start(), table)
		records := im.read()
		for _, one := range im.faults {
			if one.Line < 1 && one.Message != "has no row below its header" || one.Message == "" {
				t.Fatalf("%+v", one)
			}
		}
		for _, r := range records {
			if w := r.patient.WeightGrams; w < 0 || w > 1_000_000 {
				t.Fatal(w)
			}
			if len(r.patient.BirthDate) > 10 || len(r.client.Identifier) > 64 {
				t.Fatalf("%+v", r)
			}
		}
	})
}
