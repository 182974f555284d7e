package wechat_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/wechat"
	"zhenban/bot/wechat/wechattest"
	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates"
	"zhenban/templates/outreach"
)

// place is what sort of place a template has for a field, as a clinic would
// choose it.
func place(field string) string {
	switch field {
	case "time", "until":
		return "time"
	case "phone":
		return "phone_number"
	case "number":
		return "character_string"
	case "level":
		return "phrase"
	}
	return "thing"
}

// short forms of everything there is, as the program makes them.
func shortForms(t *testing.T, bare bool) map[string]func(config.Language) *models.Notice {
	t.Helper()
	p, _, err := config.LoadProfile("vet")
	require.NoError(t, err)
	c, err := config.NewClinic(p)
	require.NoError(t, err)
	at := time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC)
	visit := models.Appointment{Slot: slots.Slot{Start: at, Branch: p.Branches[0].ID}}
	course := models.Course{}
	patient, title := "", ""
	if !bare {
		visit.Slot.Service, visit.Slot.Practitioner, visit.Number, visit.PatientName = p.Services[0].ID, p.Practitioners[0].ID, "B1234567", "豆豆"
		course.Name, course.Dose = "阿莫西林克拉维酸钾片（动物专用，250 毫克规格）", "半片"
		patient, title = "一只名字特别长特别长特别长的英国短毛猫咪咪", "血常规＋生化十七项\n复查"
	}
	out := map[string]func(config.Language) *models.Notice{
		outreach.NoticeOffer:   outreach.OfferNotice(c, visit, at),
		outreach.NoticeRecall:  outreach.RecallNotice(c, &p.Recalls[0], patient, config.DateOf(at)),
		outreach.NoticeDose:    outreach.DoseNotice(c, course, patient, at),
		outreach.NoticeReport:  outreach.ReportNotice(c, title, patient, at),
		outreach.NoticeConsent: outreach.ConsentNotice(c, models.TreatmentConsent{Branch: visit.Slot.Branch, CreatedAt: at}, outreach.Sheet{Patient: patient}),
		outreach.NoticeCheckup: outreach.CheckupNotice(c, config.DateOf(at)),
		outreach.NoticeMessage: outreach.MessageNotice(c, at),
		outreach.NoticeCase: func(lang config.Language) *models.Notice {
			level := map[config.Language]string{config.Hans: "紧急", config.Hant: "緊急", config.English: "Urgent"}[lang]
			return &models.Notice{Name: outreach.NoticeCase, Fields: map[string]string{"title": title, "time": at.Format(time.RFC3339), "level": level, "number": ""}}
		},
	}
	for _, name := range []string{outreach.NoticeFollowup, outreach.NoticeCheckin} {
		plan := models.CarePlan{Branch: visit.Slot.Branch, Practitioner: visit.Slot.Practitioner, Service: visit.Slot.Service}
		out[name] = outreach.PlanNotice(name, c, plan, patient, at)
	}
	for _, name := range []string{
		outreach.NoticeReminder, outreach.NoticeBooked, outreach.NoticeForm, outreach.NoticeMissed, outreach.NoticeSummary, outreach.NoticeSurvey,
	} {
		out[name] = outreach.VisitNotice(name, c, visit)
	}
	return out
}

// Every short form fills every place of a template that a clinic may choose for
// it, whatever is long, missing or in another language, within WeChat's limits.
func TestEveryNoticeFitsItsTemplate(t *testing.T) {
	o := newOffice(t, func(_ *wechattest.Config, opts *wechat.Options) {
		for name, fields := range outreach.Notices() {
			m := wechat.Mapping{Notice: name, Template: "T_" + name, Fields: map[string]string{}}
			for _, f := range fields {
				m.Fields[place(f)+string('1'+rune(slices.Index(fields, f)))] = f
			}
			opts.Templates = append(opts.Templates, m)
		}
	})
	for name, fields := range outreach.Notices() {
		var lines []string
		for i, f := range fields {
			lines = append(lines, "{{"+place(f)+string('1'+rune(i))+".DATA}}")
		}
		o.wechat.AddTemplate("T_"+name, name, strings.Join(lines, "\n"))
	}
	o.person()
	for _, bare := range []bool{false, true} {
		forms := shortForms(t, bare)
		require.ElementsMatch(t, slices.Collect(maps.Keys(outreach.Notices())), slices.Collect(maps.Keys(forms)))
		for name, form := range forms {
			for _, lang := range config.Languages() {
				n := form(lang)
				require.Equal(t, name, n.Name)
				require.ElementsMatch(t, outreach.Notices()[name], slices.Collect(maps.Keys(n.Fields)), name)
				_, err := o.channel.SendBy(o.ctx, wayOf(o, n), openID, n, name+string(lang))
				require.NoError(t, err, "%s %s", name, lang)
			}
		}
	}
	require.Empty(t, o.wechat.Violations())
}

// The page that operators map templates by has every notice with its fields.
func TestEveryNoticeIsInTheDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/connect-wechat.md")
	require.NoError(t, err)
	for name, fields := range outreach.Notices() {
		require.Contains(t, string(page), "`"+name+"`")
		for _, f := range fields {
			require.Regexp(t, `\b`+f+`\b`, string(page), name)
		}
	}
}

// wayOf is the way a notice goes to somebody who has been silent.
func wayOf(o *office, n *models.Notice) bot.Way {
	ways := o.channel.Ways(bot.Reached{Now: o.clock.Now(), Notice: n, Parts: 1})
	require.Len(o.t, ways, 1, n.Name)
	return ways[0]
}

// Staff who have been silent in WeChat hear of a case all the same; whatever
// else they are told waits for the chat.
func TestACaseReachesSilentStaff(t *testing.T) {
	o := newOffice(t, func(_ *wechattest.Config, opts *wechat.Options) {
		opts.Templates = []wechat.Mapping{{Notice: outreach.NoticeCase, Template: "T_case", Fields: map[string]string{"thing1": "title", "time2": "time", "phrase3": "level"}}}
	})
	o.wechat.AddTemplate("T_case", "待办提醒", "{{thing1.DATA}} {{time2.DATA}} {{phrase3.DATA}}")
	p := o.person()
	book, err := templates.Load()
	require.NoError(t, err)
	sp := outreach.Speaker{Book: book, Language: config.Hans}
	o.do(func(_ context.Context, tx *models.Tx) error {
		if err := tx.AddStaff(models.Staff{ID: "D", Name: "王晓琳", Role: models.Doctor}); err != nil {
			return err
		}
		return tx.JoinStaff("wechat:"+openID, "D")
	}, func(_ context.Context, tx *models.Tx) error {
		return sp.OpenCase(tx, models.Case{
			Key: "x", Kind: models.CaseCritical, Urgent: true, Roles: []models.Role{models.Doctor}, DueAt: o.clock.Now().Add(15 * time.Minute),
			Details: map[string]string{"Title": "血常规", "Patient": "豆豆", "Lines": "血钾 7.1 ↑↑", "Until": "17:45"},
		})
	}, func(_ context.Context, tx *models.Tx) error {
		return tx.Push(models.Outgoing{Key: "plain", ContactID: "wechat:" + openID, Kind: models.KindStaff, Priority: models.PriorityPush}, models.Message{Text: "今天有 3 位"})
	})
	require.NoError(t, o.sender.Drain(o.ctx))
	require.Len(t, p.Inbox(), 1)
	require.Equal(t, wechattest.Template, p.Inbox()[0].Via)
	require.Contains(t, p.Inbox()[0].Text, "紧急")
	require.Contains(t, p.Inbox()[0].Text, "2026年11月22日")
	t.Log(p.Inbox()[0].Text)
}
