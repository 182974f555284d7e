package handlers_test

import (
	"context"
	"strings"
	"testing"

	"zhenban/bot"
	"zhenban/handlers"
	"zhenban/handlers/talk"
	"zhenban/models"
)

// A guessed ID, somebody else's and none at all are answered alike, whatever
// is asked of it, by clients, by the unbound and by staff whose it is not.
func TestNobodyElseSeesAReport(t *testing.T) {
	k := talk.New(t, talk.Options{Routes: handlers.Routes, Staff: true})
	k.Run(`[record +8613800000009 周敏 团子:dog]
[record +8613800000008 王芳 旺财:dog]
[code +8613800000009]
[event follow]
[tap 1]
> CODE-1
[contact other]
[event follow]
[tap 1]
[code +8613800000008]
> CODE-2
[contact nobody]
[event follow]
[tap 1]
[lab 团子 R1 final HM 血常规 | 血红蛋白 718-7 101 g/L 120 180 L | doctor 李建平 | words 轻度贫血。 | pdf 血常规]`)
	list, err := k.Store.ReportsFor(context.Background(), talk.Channel+":"+talk.Client, 10)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d reports of the owner, %v", len(list), err)
	}
	id := list[0].ID
	if said := text(k.Send(talk.Client, bot.Inbound{Kind: bot.KindChoice, Choice: "/report " + id})); !strings.Contains(said, "101 g/L") {
		t.Errorf("its owner reads %q", said)
	}
	for _, who := range []string{"other", "nobody", talk.Desk} {
		for _, verb := range []string{"", "trend ", "file ", "release "} {
			tail := " 0"
			if verb == "" {
				tail = ""
			}
			real := text(k.Send(who, bot.Inbound{Kind: bot.KindChoice, Choice: "/report " + verb + id + tail}))
			none := text(k.Send(who, bot.Inbound{Kind: bot.KindChoice, Choice: "/report " + verb + "01ARZ3NDEKTSV4RRFFQ69G5FAV" + tail}))
			if real != none || strings.Contains(real, "血") {
				t.Errorf("%s %q: %q, and %q where there is none", who, verb, real, none)
			}
		}
	}
	looks, err := k.Store.Looks(context.Background(), models.AboutReport(id), 10)
	if err != nil || len(looks) != 1 || looks[0].Who != talk.Channel+":"+talk.Client {
		t.Errorf("looks: %+v, %v", looks, err)
	}
	if broken, err := k.Store.VerifyAudit(context.Background()); err != nil || len(broken) > 0 {
		t.Errorf("%v, %v", broken, err)
	}
}

func text(messages []bot.Message) string {
	var b strings.Builder
	for _, m := range messages {
		b.WriteString(m.Text + "\n")
	}
	return b.String()
}
