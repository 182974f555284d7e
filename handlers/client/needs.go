package client

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Needs is what somebody needs beside the visit: that they are old, walk, see or
// hear badly, or come with a child. Staff read it with everything about them.
// Arg of /needs: add or drop and a need, or company, which asks somebody to wait
// at the door.
type Needs struct{}

// Name implements bot.Flow.
func (Needs) Name() string { return "needs" }

// Step implements bot.Flow.
func (Needs) Step(ctx context.Context, t *bot.Turn) error {
	told, err := t.Store.NeedsTold(ctx, t.Contact.ID)
	if err != nil {
		return err
	}
	t.Hub()
	verb, list, _ := strings.Cut(t.Arg, " ")
	switch verb {
	case "add", "drop":
		before := slices.Clone(told)
		for _, n := range models.SplitNeeds(list) {
			told = slices.DeleteFunc(told, func(o string) bool { return o == n })
			if verb == "add" {
				told = append(told, n)
			}
		}
		if !slices.Equal(before, told) {
			id := t.Contact.ID
			t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SetNeeds(id, told) })
		}
		sayNeeds(t, "needs.noted", told)
	case "company":
		return company(ctx, t)
	default:
		sayNeeds(t, "needs.state", told)
	}
	return nil
}

// sayNeeds says what is noted, how one gets in, and what else can be done.
func sayNeeds(t *bot.Turn, key string, told []string) {
	data := outreach.NeedsData(told)
	type access struct{ Name, Access config.Text }
	ways := []access{}
	for _, b := range branchesMeant(t, "") {
		if len(b.Access) > 0 {
			ways = append(ways, access{b.Name, b.Access})
		}
	}
	data["Any"], data["Ways"], data["Many"], data["Phone"] = len(told) > 0, ways, len(ways) > 1, t.Clinic.Phone
	var options []bot.Option
	if len(told) > 0 {
		options = append(options, t.Option("needs.do_company", nil, "/needs company"))
	}
	if !t.Contact.Large {
		options = append(options, t.Option("needs.do_large", nil, "/large on"))
	}
	for _, n := range models.Needs() {
		verb := "add"
		if slices.Contains(told, n) {
			verb = "drop"
		}
		options = append(options, t.Option("needs."+verb+"_"+n, nil, "/needs "+verb+" "+n))
	}
	t.Say(key, data, append(options, t.Option("menu.book", nil, "/book"), t.Option("menu.menu", nil, "/menu"))...)
}

// company asks the desk to meet somebody at the door.
func company(ctx context.Context, t *bot.Turn) error {
	from, err := sender(ctx, t)
	if err != nil {
		return err
	}
	reached, err := anybody(ctx, t, "", models.Desk, models.Nurse, models.Manager)
	if err != nil {
		return err
	}
	t.Notify(outreach.Notice{
		Key: "company:" + t.In.Key, Roles: []models.Role{models.Desk, models.Nurse}, Text: "needs.company",
		Data:    outreach.Same(map[string]any{"Name": from.Name, "Phone": from.Phone}),
		Options: []outreach.Option{{Text: "notice.reply", Command: "/reply " + t.Contact.ID}},
	})
	t.Say("needs.company_told", map[string]any{"Told": reached, "Phone": t.Clinic.Phone}, t.Option("menu.book", nil, "/book"), t.Option("menu.menu", nil, "/menu"))
	return nil
}

// What people say of themselves, or of who comes with them. A sentence that says
// more (where it hurts, when they come) is left to whom it is meant for.
var (
	saysDisabled = regexp.MustCompile(`行动不便|行动不方便|腿脚不便|腿脚不方便|腿脚不好|走不动路|走路不便|坐轮椅|用轮椅|要轮椅|轮椅|拄拐|听不清|听不见|听力不好|耳背|耳聋|眼睛不好|视力不好|视障|看不见路|盲人|残疾|残障|聋哑|wheelchair|hard of hearing|can't walk well|cannot walk well|on crutches|blind|deaf|disabled`)
	saysElderly  = regexp.MustCompile(`(?:[七八九]十|一百)[几多零一二三四五六七八九]{0,2}岁|(?:[7-9]\d|1[01]\d)\s*岁|年纪大|年龄大|岁数大|上了年纪|老人家|老年人|老人|(?:7|8|9)\d years old|elderly|my old (?:mother|father|mum|mom|dad)`)
	saysChild    = regexp.MustCompile(`(?:带|抱)着?(?:个|一个)?(?:小孩|孩子|宝宝|婴儿|小朋友)|婴儿车|推着?童车|with a baby|with a pram|with a toddler|with my kids`)
	saysMore     = regexp.MustCompile(`不是|没有|不用|不需要|狗|猫|兔|犬|宠物|疼|痛|烧|吐|拉肚|咳|血|晕|肿|痒|约|挂号|几点|多少钱|今天|明天|后天|周|星期|号|怎么办|能打|能做|能不能|可以做|疫苗|药|dog|cat|pain|hurt|book|tomorrow|today`)
	saysPhrase   = regexp.MustCompile(`^[\p{Han}\p{L}\d ,，、'’.;；]{2,40}$`)
)

// needsWords takes a sentence that tells of a special need and nothing else: 我妈八十岁了行动不便.
func needsWords(text string) (command string, ok bool) {
	if !saysPhrase.MatchString(text) || saysMore.MatchString(text) {
		return "", false
	}
	var needs []string
	for _, n := range []struct {
		need string
		says *regexp.Regexp
	}{{models.NeedChild, saysChild}, {models.NeedElderly, saysElderly}, {models.NeedDisabled, saysDisabled}} {
		if n.says.MatchString(text) {
			needs = append(needs, n.need)
		}
	}
	if len(needs) == 0 {
		return "", false
	}
	return "/needs add " + strings.Join(needs, ","), true
}
