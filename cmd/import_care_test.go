package cmd

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
)

const someCare = `客户编号,姓名,会员等级,患者编号,患者姓名,物种,上次疫苗接种,last deworming,去世
C0001,陈晓雨,金卡,P0001,豆豆,狗,2025-12-20,2026/9/1,
C0001,,,P0002,咪咪,猫,,2026年9月10日,是
C0002,王芳,vip2,P0003,小白,兔子,,,2026-05-01
`

// Conditions are set by a column, in either script, and found by a segment.
func TestImportTags(t *testing.T) {
	eachDatabase(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn, "vet")
		code, _, errs := d.run("import", "clients", d.file("tags.csv", "客户编号,姓名,患者编号,患者姓名,物种,病史标签\nC1,陈晓雨,P1,豆豆,狗,慢性肾病、CKD\nC2,王芳,P2,咪咪,猫,慢性腎病\nC3,李雷,P3,花花,猫,-\n"))
		require.Equal(t, 0, code, errs)
		store, bg := d.store(), context.Background()
		for expression, want := range map[string]int64{`condition == "慢性肾病"`: 2, `condition == "ckd" and species == "dog"`: 1} {
			g, err := store.Segment(expression, models.Vocabulary{}, store.Now())
			require.NoError(t, err)
			_, out, err := store.Audience(bg, models.KindNotice, g)
			require.NoError(t, err)
			assert.Equal(t, want, out.NoChat, expression)
		}
		code, _, errs = d.run("import", "clients", d.file("again.csv", "客户编号,患者编号,病史标签\nC1,P1,-\n"))
		require.Equal(t, 0, code, errs)
		p, err := store.PatientByIdentifier(bg, "P1")
		require.NoError(t, err)
		tags, err := store.Tags(bg, p.ID)
		require.NoError(t, err)
		assert.Empty(t, tags)
	})
}

func TestImportCare(t *testing.T) {
	eachDatabase(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn, "vet")
		code, out, errs := d.run("import", "clients", d.file("care.csv", someCare))
		require.Equal(t, 0, code, errs)
		assert.Contains(t, out, "2 patients have died")
		store, bg := d.store(), context.Background()
		c, err := store.ClientByIdentifier(bg, "C0001")
		require.NoError(t, err)
		assert.Equal(t, "gold", c.Tier)
		p, err := store.PatientByIdentifier(bg, "P0001")
		require.NoError(t, err)
		recalls, err := store.RecallsOf(bg, p.ID)
		require.NoError(t, err)
		require.Len(t, recalls, 2)
		assert.Equal(t, "2026-11-30", recalls[0].DueOn, "90 days from the last deworming")
		assert.Equal(t, "2026-12-20", recalls[1].DueOn)
		tasks, err := store.TasksAbout(bg, models.AboutRecall(recalls[0].ID))
		require.NoError(t, err)
		require.Len(t, tasks, 1)
		assert.Equal(t, "2026-11-23T02:00:00Z", tasks[0].DueAt.Format("2006-01-02T15:04:05Z07:00"), "seven days before, at ten in the clinic's zone")
		for _, number := range []string{"P0002", "P0003"} {
			dead, err := store.PatientByIdentifier(bg, number)
			require.NoError(t, err)
			assert.False(t, dead.DeceasedAt.IsZero(), number)
		}
		// An older date, or the same file again, changes nothing.
		code, _, errs = d.run("import", "clients", d.file("again.csv", "客户编号,患者编号,上次驱虫\nC0001,P0001,2026-01-01\n"))
		require.Equal(t, 0, code, errs)
		code, _, errs = d.run("import", "clients", d.file("care.csv", someCare))
		require.Equal(t, 0, code, errs)
		again, err := store.RecallsOf(bg, p.ID)
		require.NoError(t, err)
		assert.Equal(t, recalls, again)

		code, _, errs = d.run("import", "clients", d.file("bad.csv", "客户编号,会员等级,患者编号,物种,上次打疫苗,去世\nC0001,超级会员,P0001,狗,明天,也许\nC0002,,P0003,兔子,2025-01-01,\n"))
		assert.Equal(t, 1, code)
		for _, want := range []string{"is no tier", "bad.csv:2:20: 上次打疫苗", "bad.csv:2:23: 去世", "is not for this species"} {
			assert.Contains(t, errs, want)
		}
	})
}
