package scheduler

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/templates/outreach"
)

// Whatever is pushed has a short form for who has been silent in WeChat, its
// own or that something came; or its kind says why it has none.
func TestEveryPushHasAShortFormOrAReason(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.contact("web:a")
		var jobs []Job
		var tasks []models.Task
		kinds := append(models.Refusable(), models.KindStaff)
		for _, kind := range kinds {
			jobs = append(jobs, Job{Kind: string(kind), Run: func(ctx context.Context, w *Work) error {
				return w.Push(ctx, Push{Kind: kind, Text: "core.away", Data: outreach.Same(map[string]any{"Phone": "0571-0000-1201"})})
			}})
			tasks = append(tasks, models.Task{Key: string(kind), Kind: string(kind), ContactID: "web:a"})
		}
		r.schedule(tasks...)
		r.drain(r.copy(jobs))
		for _, kind := range kinds {
			row, err := r.db.OutboxByKey(t.Context(), string(kind))
			require.NoError(t, err)
			n, err := models.ParseNotice(row.Notice)
			require.NoError(t, err)
			if why := outreach.Unnoticed()[kind]; why != "" {
				require.Nil(t, n, "%s: %s", kind, why)
				continue
			}
			require.Equal(t, outreach.NoticeMessage, n.Name, kind)
			require.NotEmpty(t, n.Fields["branch"])
			require.NotEmpty(t, n.Fields["phone"])
		}
	})
}
