package staff

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Needs notes on a client's record what they need beside the visit. Arg of
// /noteneeds: a record's number or a phone, and the needs in words; none clears them.
type Needs struct{}

// noted is 特殊需要 C1001 老人 不便.
var noted = regexp.MustCompile(`^(?:特殊需要|特殊需求|记需要|needs)\s*[:：]?\s*([a-z]\d{2,}|\+?\d{7,15})((?:[\s,，、]+\S+)*)$`)

// Name implements bot.Flow.
func (Needs) Name() string { return "noteneeds" }

// Step implements bot.Flow.
func (Needs) Step(ctx context.Context, t *bot.Turn) error {
	t.Hub()
	who, said, _ := strings.Cut(t.Arg, " ")
	needs, clear := needsMeant(said)
	if who == "" || len(needs) == 0 && !clear {
		t.Say("needs.staff_how", nil)
		return nil
	}
	found, err := clients(ctx, t, who)
	if err != nil {
		return err
	}
	if len(found) != 1 {
		t.Say("needs.staff_unknown", map[string]any{"Who": who})
		return nil
	}
	c := found[0]
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SetClientNeeds(c.ID, needs) })
	data := outreach.NeedsData(needs)
	data["Name"], data["Any"] = c.Name, len(needs) > 0
	t.Say("needs.staff_set", data)
	return nil
}

// needsMeant reads words such as 老人 不便; clear reports a wish for none.
func needsMeant(said string) (needs []string, clear bool) {
	for w := range strings.FieldsFuncSeq(strings.ToLower(nlu.Simplify(said)), func(r rune) bool { return strings.ContainsRune(" ,，、", r) }) {
		switch {
		case slices.Contains([]string{"无", "没有", "取消", "none", "clear"}, w):
			clear = true
		case slices.Contains([]string{"老人", "老年", "年长", "elderly", "old"}, w):
			needs = append(needs, models.NeedElderly)
		case slices.Contains([]string{"不便", "残疾", "残障", "轮椅", "行动不便", "听力", "视力", "disabled", "wheelchair"}, w):
			needs = append(needs, models.NeedDisabled)
		case slices.Contains([]string{"孩子", "儿童", "小孩", "带孩子", "child"}, w):
			needs = append(needs, models.NeedChild)
		}
	}
	return models.SplitNeeds(strings.Join(needs, ",")), clear
}
