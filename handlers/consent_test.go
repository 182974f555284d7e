package handlers_test

import (
	"context"
	"strings"
	"testing"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/handlers"
	"zhenban/handlers/talk"
	"zhenban/models"
)

// asking is a talk in which a consent was sent to its owner; other is bound to
// somebody else's record, nobody to none.
func asking(t *testing.T) (k *talk.Talk, c models.TreatmentConsent) {
	k = talk.New(t, talk.Options{Routes: handlers.Routes, Staff: true})
	k.Run(`[record +8613800000009 周敏 团子:dog]
[record +8613800000008 王芳 旺财:dog]
[approve consents]
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
>> /sheet patient-8613800000009-1 xray 180元
[desk tap 1]`)
	list, err := k.Store.ConsentsFor(context.Background(), talk.Channel+":"+talk.Client, 10)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d consents of the owner, %v", len(list), err)
	}
	return k, list[0]
}

// A guessed number and somebody else's are answered alike, whatever is asked.
func TestNobodyElseSeesAConsent(t *testing.T) {
	k, c := asking(t)
	if said := text(k.Send(talk.Client, bot.Inbound{Kind: bot.KindChoice, Choice: "/sign " + c.Number})); !strings.Contains(said, "团子") {
		t.Errorf("its owner reads %q", said)
	}
	for _, who := range []string{"other", "nobody"} {
		for _, verb := range []string{"", " text", " yes", " no", " ask", " file", " back yes"} {
			for _, command := range []string{"/sign ", "/choose "} {
				real := text(k.Send(who, bot.Inbound{Kind: bot.KindChoice, Choice: command + c.Number + verb}))
				none := text(k.Send(who, bot.Inbound{Kind: bot.KindChoice, Choice: command + "T99999999" + verb}))
				if real != none || strings.Contains(real, "团子") {
					t.Errorf("%s %s%q: %q, and %q where there is none", who, command, verb, real, none)
				}
			}
		}
	}
	if events, err := k.Store.ConsentEvents(context.Background(), c.ID); err != nil || len(events) != 1 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

// A wording that was changed, or whose approval was taken back, after it was
// sent is signed by nobody: not by an old button, not by a name typed late.
func TestChangedWordingIsNotSigned(t *testing.T) {
	k, c := asking(t)
	k.Send(talk.Client, bot.Inbound{Kind: bot.KindChoice, Choice: "/sign " + c.Number + " yes"})
	form := k.Clinic.ConsentByID("xray")
	form.Risks = config.Text{config.Hans: "新写的风险"}
	for _, said := range []string{
		text(k.Say(talk.Client, "周敏")), text(k.Send(talk.Client, bot.Inbound{Kind: bot.KindChoice, Choice: "/sign " + c.Number + " yes"})),
		text(k.Send(talk.Client, bot.Inbound{Kind: bot.KindChoice, Choice: "/sign " + c.Number})),
	} {
		if !strings.Contains(said, "文字有更新") {
			t.Errorf("the client reads %q", said)
		}
	}
	if n := strings.Count(k.Transcript(), "请重新发。"); n != 1 {
		t.Errorf("the desk is told %d times", n)
	}
	if again, err := k.Store.ConsentByID(context.Background(), c.ID); err != nil || again.Status != models.ConsentProposed {
		t.Errorf("%s, %v", again.Status, err)
	}
}

// What is kept of a signature is who, as what, and the very text with its
// digest; a look by staff is in the log of looks.
func TestSignatureIsKept(t *testing.T) {
	k, c := asking(t)
	k.Send(talk.Client, bot.Inbound{Kind: bot.KindChoice, Choice: "/sign " + c.Number + " yes"})
	k.Say(talk.Client, "周敏")
	k.Say(talk.Desk, "/sheet show "+c.Number)
	ctx := context.Background()
	events, err := k.Store.ConsentEvents(ctx, c.ID)
	if err != nil || len(events) != 2 || events[1].What != models.ConsentAgreed || events[1].ContactID != talk.Channel+":"+talk.Client {
		t.Fatalf("%+v, %v", events, err)
	}
	body := string(events[1].Body)
	for _, want := range []string{`"name":"周敏"`, `"as":"owner"`, `"price":"¥180"`, "可能的风险", `"digest":"`, `"client":"client-+8613800000009"`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not in %s", want, body)
		}
	}
	looks, err := k.Store.Looks(ctx, c.About(), 20)
	if err != nil || len(looks) == 0 {
		t.Fatal(err)
	}
	seen := false
	for _, l := range looks {
		seen = seen || l.Who == talk.Channel+":"+talk.Desk && l.What == "consent-show"
	}
	if !seen {
		t.Errorf("the desk's look is not among %+v", looks)
	}
}
