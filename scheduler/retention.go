package scheduler

import (
	"context"
	"time"

	"zhenban/config"
)

// How long what ended stays, for questions about it: used or lapsed one-time
// codes (who was bound when), tasks (what was due, what became of it).
const (
	codesKept = 90 * 24 * time.Hour
	tasksKept = 180 * 24 * time.Hour
)

// prune deletes turns older than the retention, each contact's newest excepted
// since it is the session, old one-time codes, and tasks and slots of long ago.
func prune(ctx context.Context, o Options) error {
	now := o.Clock.Now()
	for _, step := range []func() (int64, error){
		func() (int64, error) { return o.Store.PruneTurns(ctx, now.Add(-o.Retention), batch) },
		func() (int64, error) { return o.Store.PruneTasks(ctx, now.Add(-tasksKept), batch) },
		func() (int64, error) {
			return o.Store.ExpireAttachments(ctx, now.Add(-o.Retention), now.Add(-max(o.Retention, recordKept(o.Clinic().Kind))), now, batch)
		},
		func() (int64, error) { return sweepFiles(ctx, o) },
	} {
		for {
			n, err := step()
			if err != nil {
				return err
			}
			if n < batch {
				break
			}
		}
	}
	if err := o.Store.PruneSlots(ctx, wall(now.Add(-tasksKept), o.Clinic().Location("")).Format(slotForm)); err != nil {
		return err
	}
	return o.Store.PruneCodes(ctx, now.Add(-codesKept))
}

// recordKept is how long a patient's record is kept at least: three years for
// animals (动物诊疗机构管理办法), fifteen for people (医疗机构病历管理规定).
func recordKept(kind config.Kind) time.Duration {
	if kind == config.Vet {
		return 3 * 365 * 24 * time.Hour
	}
	return 15 * 365 * 24 * time.Hour
}

// sweepFiles deletes the bytes of photos and documents that are not kept any
// more, then what was kept about them: after a crash between the two, the next
// sweep finds them again.
func sweepFiles(ctx context.Context, o Options) (int64, error) {
	if o.Files == nil {
		return 0, nil
	}
	list, err := o.Store.DroppedAttachments(ctx, batch)
	if err != nil {
		return 0, err
	}
	for _, a := range list {
		if err := o.Files.Delete(ctx, a.File); err != nil {
			return 0, err
		}
		if err := o.Store.ForgetAttachment(ctx, a.ID); err != nil {
			return 0, err
		}
	}
	return int64(len(list)), nil
}
