package config

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func updating() bool { f := flag.Lookup("update"); return f != nil && f.Value.String() == "true" }

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the golden files anew")
	flag.Parse()
	os.Exit(m.Run())
}

func small(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("testdata/small.yaml")
	require.NoError(t, err)
	return string(data)
}

func faultsOf(t *testing.T, err error) Faults {
	t.Helper()
	var f Faults
	require.ErrorAs(t, err, &f)
	return f
}

// One look repairs a file: all its faults are told, each at its place.
func TestBrokenProfileTellsEverything(t *testing.T) {
	data, err := os.ReadFile("testdata/broken.yaml")
	require.NoError(t, err)
	_, err = ParseProfile("broken.yaml", data)
	for _, f := range faultsOf(t, err) {
		assert.Positive(t, f.Line, f.Error())
		assert.NotEmpty(t, f.Message)
	}
	got := err.Error() + "\n"
	if updating() {
		require.NoError(t, os.WriteFile("testdata/broken.golden", []byte(got), 0o644))
	}
	want, err := os.ReadFile("testdata/broken.golden")
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// A change of one line in the small profile gives one fault, at that line.
func TestProfileFaults(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"unknown key", "kind: dental", "kind: dental\nkinds: x", `p.yaml:4:1: kinds: is no key here (did you mean "kind"?)`},
		{"not a number", "minutes: 45", "minutes: long", `p.yaml:18:56: services[0].minutes: "long" is no whole number`},
		{"off the grid", "minutes: 45", "minutes: 46", `p.yaml:18:47: services[0].minutes: 46 is no multiple of 5 minutes`},
		{"too long for a shift", "minutes: 45", "minutes: 300", `p.yaml:18:47: services[0].minutes: 300 minutes fit into no shift of those who do it`},
		{"no such department", "department: dent,", "department: dents,", `p.yaml:18:29: services[0].department: there is no department "dents" (did you mean "dent"?)`},
		{"no such resource", "needs: [chair]", "needs: [chair, laser]", `p.yaml:18:75: services[0].needs[1]: there is no resource of type "laser"`},
		{"list expected", "needs: [chair]", "needs: chair", `p.yaml:18:67: services[0].needs: must be a list, not a single value`},
		{"break outside", `breaks: ["12:00-13:00"]`, `breaks: ["18:00-19:00"]`, `p.yaml:25:72: practitioners[0].shifts[0].breaks[0]: 18:00-19:00 is not within the shift`},
		{"span", `"13:00-18:00"`, `"18:00-13:00"`, `p.yaml:12:48: branches[0].hours[0].hours[1]: "18:00-13:00" is no span of a day: write HH:MM-HH:MM, end after start, in steps of 5 minutes`},
		{"overlap", `"13:00-18:00"`, `"11:00-18:00"`, `p.yaml:12:48: branches[0].hours[0].hours[1]: 11:00-18:00 begins before 09:00-12:00 has ended`},
		{"phone", `"0571-1234567"`, `ask`, `p.yaml:4:1: phone: "ask" is no phone number: 3 to 15 digits, with + - ( ) and spaces`},
		{"zone", `kind: dental`, "kind: dental\nzone: Local", `p.yaml:4:1: zone: "Local" is no zone: write an IANA name as Asia/Shanghai`},
		{"languages", `name: 小店`, `name: {zh-Hans: 小店, en: Shop}`, `p.yaml:2:7: name: has no wording in zh-Hant: give all three languages, or one plain text`},
		{"language", `name: 小店`, `name: {zh-Hans: 小店, zh-Hant: 小店, en: Shop, tlh: SuD}`, `p.yaml:2:44: name.tlh: is no language: use zh-Hans, zh-Hant and en`},
		{"twice", `kind: dental`, "kind: dental\nkind: vet", `p.yaml:4:1: kind: stands here twice`},
		{"source", ", source: 测试", "", `p.yaml:6:1: emergency.source: is missing: say where the list and the advice come from`},
		{"species", "kind: dental", "kind: vet", `p.yaml:2:1: species: is missing: a vet names the animals it treats`},
		{"ids", "{id: chair, type", "{id: wang, type", `p.yaml:16:6: resources[0].id: "wang" is also a practitioner: both are booked under their ID`},
		{"nobody", "services: [scaling]", "services: []", `p.yaml:23:5: practitioners[0].services: is missing`},
		{"syntax", "kind: dental", "kind: [dental", "p.yaml:4:1: is no valid YAML: "},
		{"a list at the top", small(t), "- a\n- b\n", "p.yaml:1:1: must be a map of keys, not a list"},
		{"anchor", "kind: dental", "kind: *nope", "p.yaml:3:7: kind: names an anchor that does not stand before it"},
		{"second document", "kind: dental", "kind: dental\n---\na: 1", "holds a second YAML document: keep one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(small(t), c.old, c.new, 1)
			require.NotEqual(t, small(t), text)
			_, err := ParseProfile("p.yaml", []byte(text))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
		})
	}
}

func TestSmallProfileDefaults(t *testing.T) {
	p, err := ParseProfile("small.yaml", []byte(small(t)))
	require.NoError(t, err)
	assert.Equal(t, Booking{MaxFuture: 5, HoldMinutes: 5, LateChangeHours: 2, GridMinutes: 30}, p.Booking)
	assert.Equal(t, "Asia/Shanghai", p.Branches[0].Zone)
	assert.Equal(t, p.Phone, p.Branches[0].Phone)
	assert.Equal(t, 30, p.Services[0].HorizonDays)
	assert.Equal(t, []Language{Hans}, p.Practitioners[0].Languages)
	assert.Equal(t, "room", p.Resources[0].Kind)
	assert.Equal(t, "小店", p.Name.In(English), "a plain text serves every language")
}

func TestAnchorsRepeatText(t *testing.T) {
	text := strings.Replace(small(t), `hours: ["09:00-12:00", "13:00-18:00"]}`, `hours: &h ["09:00-12:00", "13:00-18:00"]}`+"\n      - {days: sat, hours: *h}", 1)
	p, err := ParseProfile("p.yaml", []byte(text))
	require.NoError(t, err)
	assert.Equal(t, p.Branches[0].Hours[0].Hours, p.Branches[0].Hours[1].Hours)
}

func TestFaultIsFoundInAChain(t *testing.T) {
	_, err := ParseProfile("p.yaml", []byte("name: x"))
	var one Fault
	require.ErrorAs(t, errors.Join(errors.New("other"), err), &one)
	assert.Equal(t, "p.yaml", one.File)
	assert.Equal(t, "a.yaml:12:5: services[3].minutes: is missing", Fault{"a.yaml", 12, 5, "services[3].minutes", "is missing"}.Error())
	assert.Equal(t, "ZHENBAN_DB: is no database", Fault{Key: "ZHENBAN_DB", Message: "is no database"}.Error())
}

// Files that would exhaust the parser are refused before it sees them.
func TestBounds(t *testing.T) {
	for name, text := range map[string]string{
		"size":    strings.Repeat("# long\n", maxFile/6),
		"line":    "name: " + strings.Repeat("x", maxLine),
		"nesting": strings.Repeat("[\n", maxNested+1),
		"aliases": "menu: &a []\nbranches:\n" + strings.Repeat("  - *a\n", 10),
		"bomb":    bomb(),
	} {
		_, err := ParseProfile("p.yaml", []byte(text))
		assert.Error(t, err, name)
	}
}

func bomb() string {
	var b strings.Builder
	b.WriteString("menu:\n  - buttons: &a0 [{name: x}, {name: x}]\n")
	for i := 1; i < 30; i++ {
		p, n := string(rune('a'+i-1)), string(rune('a'+i))
		if i == 1 {
			p = "a0"
		}
		b.WriteString("  - buttons: &" + n + " [{buttons: *" + p + "}, {buttons: *" + p + "}]\n")
	}
	return b.String()
}

func FuzzProfile(f *testing.F) {
	f.Add([]byte(small(f)))
	broken, err := os.ReadFile("testdata/broken.yaml")
	require.NoError(f, err)
	f.Add(broken)
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("? [a]\n: b\n"))
	f.Add([]byte("menu: [{buttons: [{buttons: []}]}]"))
	f.Add([]byte("<<: {name: x}\nname: !!str 5\n---\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParseProfile("f.yaml", data)
		if err != nil {
			if p != nil || err.Error() == "" {
				t.Fatal("a refused profile comes with faults and nothing else")
			}
			return
		}
		c, err := NewClinic(p)
		if err != nil {
			t.Fatalf("accepted but does not compile: %v", err)
		}
		for i := range c.Branches {
			c.Hours(c.Branches[i].ID, Date{2026, 11, 22})
		}
	})
}
