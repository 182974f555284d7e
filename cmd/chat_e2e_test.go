package cmd_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A booking number: a letter and at least six digits (interface).
const numberForm = `[A-Z][0-9]{6,}`

// Numbers alone lead to a booking, in every preset and every language.
func TestChatBooksByNumbers(t *testing.T) {
	hello := map[string]string{"zh-Hans": "你好", "zh-Hant": "您好，我想預約看診", "en": "hello"}
	book := map[string]string{"zh-Hans": "预约", "zh-Hant": "預約", "en": "book"}
	done := map[string]string{"zh-Hans": "预约成功", "zh-Hant": "預約成功", "en": "Booked"}
	for _, preset := range presets() {
		for lang := range hello {
			t.Run(preset+"/"+lang, func(t *testing.T) {
				t.Parallel()
				in := hello[lang] + "\n1\n" + book[lang] + "\n" + strings.Repeat("1\n", 14)
				code, out, errs := run(t, []string{"TMPDIR=" + t.TempDir()}, in, "chat", "--preset", preset)
				require.Zero(t, code, errs)
				require.Regexp(t, regexp.MustCompile(done[lang]+`[^\n]*`+numberForm), out)
				for _, line := range strings.Split(out, "\n") {
					require.NotContains(t, line, "<no value>")
					require.NotContains(t, line, "%!")
				}
			})
		}
	}
}

func presets() []string { return []string{"vet", "general", "dental", "aesthetics", "surgery"} }

// The staff's side of the terminal knows the staff's commands.
func TestChatAsStaff(t *testing.T) {
	code, out, errs := run(t, nil, "菜单\n今日预约\n", "chat", "--as", "staff")
	require.Zero(t, code, errs)
	require.NotContains(t, out, "先征得您同意")
}

func TestUnderstandLines(t *testing.T) {
	in := `{"id":"a","text":"明天下午三点约李建平洗牙","now":"2026-11-23T09:00:00"}` + "\n\n" +
		`{"id":7,"text":"取消预约 B1234567"}` + "\n" + `{"id":"c","text":"几点关门","now":"2026-11-23T09:00:00+08:00"}` + "\n"
	code, out, errs := run(t, nil, in, "understand")
	require.Zero(t, code, errs)
	type line struct {
		ID       any                         `json:"id"`
		Intent   string                      `json:"intent"`
		Entities map[string][]map[string]any `json:"entities"`
		Times    []map[string]any            `json:"times"`
		Number   string                      `json:"number"`
	}
	var got []line
	for d := json.NewDecoder(strings.NewReader(out)); d.More(); {
		var l line
		require.NoError(t, d.Decode(&l))
		got = append(got, l)
	}
	require.Len(t, got, 3)
	require.Equal(t, "a", got[0].ID)
	require.Equal(t, "book", got[0].Intent)
	require.NotEmpty(t, got[0].Entities["service"])
	require.NotEmpty(t, got[0].Entities["practitioner"])
	require.Contains(t, fmt.Sprint(got[0].Times), "2026-11-24 15:00:00")
	require.InDelta(t, 7, got[1].ID, 0)
	require.Equal(t, "cancel_booking", got[1].Intent)
	require.Equal(t, "B1234567", got[1].Number)
	require.Equal(t, "hours", got[2].Intent)

	code, out, errs = run(t, nil, "{\"id\":1,\"text\":\"你好\"}\nnot json\n{\"id\":3,\"text\":\"你好\"}\n", "understand")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "line 2")
	require.Equal(t, 2, strings.Count(out, "greet"), "one bad line does not take the others along")
}

// A knowledge base beside it is ranked, and answers only what it holds.
func TestUnderstandKnowledge(t *testing.T) {
	base := filepath.Join(t.TempDir(), "kb.jsonl")
	require.NoError(t, os.WriteFile(base, []byte(`{"id":1,"question":"狗狗术后可以洗澡吗","answer":"拆线前不洗澡"}
{"id":1,"question":"绝育完能碰水吗"}
{"id":"v","question":"打完疫苗多久可以洗澡"}
`), 0o600))
	code, out, errs := run(t, nil, `{"id":"a","text":"手術後可以沖涼嗎"}`+"\n"+`{"id":"b","text":"股票怎么开户"}`+"\n", "understand", "--kb", base)
	require.Zero(t, code, errs)
	type line struct {
		Intent string `json:"intent"`
		Ranked []struct {
			ID    any     `json:"id"`
			Score float64 `json:"score"`
		} `json:"ranked"`
		Answer any `json:"answer"`
	}
	var got []line
	for d := json.NewDecoder(strings.NewReader(out)); d.More(); {
		var l line
		require.NoError(t, d.Decode(&l))
		got = append(got, l)
	}
	require.Len(t, got, 2)
	require.Equal(t, "question", got[0].Intent)
	require.InDelta(t, 1, got[0].Answer, 0)
	require.InDelta(t, 1, got[0].Ranked[0].ID, 0)
	require.Greater(t, got[0].Ranked[0].Score, 0.5)
	require.Nil(t, got[1].Answer)
	require.Contains(t, out, `"answer":null`)

	require.NoError(t, os.WriteFile(base, []byte("{\"id\":1,\"question\":\"a\"}\n{\"id\":2}\nnot json\n{\"question\":\"b\"}\n"), 0o600))
	code, _, errs = run(t, nil, "", "understand", "--kb", base)
	require.Equal(t, 1, code)
	for _, want := range []string{`line 2: "question" is missing`, "line 3: ", `line 4: "id" is missing`} {
		require.Contains(t, errs, want)
	}
	code, _, errs = run(t, nil, "", "understand", "--kb", base+"x")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "knowledge base")
}

// What a person at a keyboard gets wrong is said, and told apart by exit code.
func TestWrongUsage(t *testing.T) {
	for _, args := range [][]string{
		{"nothing"},
		{"serve", "--nothing"},
		{"chat", "--as", "ghost"},
		{"demo", "extra"},
		{"bind"},
		{"staff", "invite", "--role", "king", "--name", "x"},
		{"staff", "invite"},
		{"chat", "--preset"},
		{"bench", "--people", "0"},
		{"import"},
		{"staff", "nothing"},
		{"migrate", "sideways"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			code, _, errs := run(t, environment(t), "", args...)
			require.Equal(t, 2, code, errs)
			require.NotEmpty(t, errs)
		})
	}
}

// A configuration with many faults is told all of them at once.
func TestEveryFaultOfTheSettings(t *testing.T) {
	env := []string{
		"ZHENBAN_LISTEN=nowhere", "ZHENBAN_DB=postgres://x", "ZHENBAN_CLINIC=vet", "ZHENBAN_PUBLIC_URL=ftp://x",
		"ZHENBAN_WECHAT_APP_ID=wx1", "ZHENBAN_WECHAT_AES_KEY=short", "ZHENBAN_TELEGRAM_TOKEN=1:x", "ZHENBAN_TELEGRAM_MODE=pigeon",
	}
	code, _, errs := run(t, env, "", "serve")
	require.Equal(t, 1, code)
	for _, name := range []string{"LISTEN", "DB", "PUBLIC_URL", "WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY", "TELEGRAM_MODE"} {
		require.Contains(t, errs, "ZHENBAN_"+name)
	}
}

// The operator's commands work on one database: schema, codes, members of staff.
func TestOperatorsCommands(t *testing.T) {
	env := environment(t)
	code, out, errs := run(t, env, "", "migrate", "status")
	require.Zero(t, code, errs)
	require.Contains(t, out, "pending")
	code, out, errs = run(t, env, "", "migrate", "up")
	require.Zero(t, code, errs)
	require.NotContains(t, out, "pending")

	code, _, errs = run(t, env, "", "bind", "nobody")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "nobody")

	code, out, errs = run(t, env, "", "staff", "invite", "--name", "王护士", "--role", "nurse")
	require.Zero(t, code, errs)
	found := regexp.MustCompile(`code\s+([A-Z0-9]{8})\n`).FindStringSubmatch(out)
	require.NotNil(t, found, out)

	code, out, errs = run(t, env, "菜单\n"+found[1]+"\n菜单\n", "chat", "--db", strings.TrimPrefix(env[3], "ZHENBAN_DB="))
	require.Zero(t, code, errs)
	require.Contains(t, out, "王护士")
}
