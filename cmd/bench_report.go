package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// print writes the report for people: what was measured, and beside it what is
// aimed at. A target that is missed is marked; it is never a failure, because
// the machine is not ours.
func (r *benchReport) print(out io.Writer) error {
	t := &benchTable{w: tabwriter.NewWriter(out, 2, 8, 2, ' ', 0)}
	fmt.Fprintf(t.w, "zhenban bench\t%s, %d CPUs, %d people\n\nmeasured\tvalue\ttarget\t\n", r.Database, r.CPUs, r.People)
	onServer := len(r.Database) > 5 && r.Database[:5] == "mysql"
	if m := r.Messages; m != nil {
		least := 1.0
		if onServer {
			least = 0.5
		}
		t.row("floor: signature, one row, one commit", rate(m.Floor.PerSecond), "", true)
		t.row("  p50 / p95 / p99", three(m.Floor), "", true)
		t.row("messages, whole path", rate(m.Path.PerSecond), "", true)
		t.row("  p50 / p95 / p99", three(m.Path), "p99 ≤ 50ms", m.Path.P99 <= 50*time.Millisecond)
		t.row("  ratio to the floor", fmt.Sprintf("%.2f  (segments %.2f)", m.Ratio, m.Pairs), fmt.Sprintf("≥ %.1f", least), m.Ratio >= least)
		t.row("  statements a message beside its turn", fmt.Sprintf("%.2f", m.Reads), "", true)
		t.row("  CPU a message: path / floor / load and HTTP alone", fmt.Sprintf("%s / %s / %s", micros(m.Path.CPU), micros(m.Floor.CPU), micros(m.Nothing.CPU)), "", true)
		t.row("  allocations a message: path / floor / load and HTTP alone",
			fmt.Sprintf("%.0f / %.0f / %.0f  (%.1f / %.1f / %.1f KiB)", m.Path.Allocs, m.Floor.Allocs, m.Nothing.Allocs,
				m.Path.AllocBytes/1024, m.Floor.AllocBytes/1024, m.Nothing.AllocBytes/1024), "", true)
	}
	if b := r.Booking; b != nil {
		t.row("booking conversations, booked and cancelled", rate(b.Conversations.PerSecond), "", true)
		t.row("  messages in them", rate(b.PerSecond), "", true)
	}
	if c := r.Contest; c != nil {
		t.row("one time, everybody at once: rounds with one winner", fmt.Sprintf("%d of %d", c.OneWinner, c.Rounds), "all", c.OneWinner == c.Rounds && c.WrongCells == 0)
		t.row("  attempts", rate(c.Attempts.PerSecond), "", true)
		t.row("  p50 / p95 / p99", three(c.Attempts), "p99 ≤ 50ms", c.Attempts.P99 <= 50*time.Millisecond)
	}
	if s := r.Search; s != nil {
		t.row(fmt.Sprintf("free times, %d doctors × %d days, %d appointments", s.Doctors, s.Days, s.Visits), fmt.Sprintf("%d found", s.Found), "", true)
		t.row("  statements", fmt.Sprintf("%.1f", s.Statements), "≤ 3", s.Statements <= 3)
		t.row("  computing p50 / p99", fmt.Sprintf("%s / %s", short(s.Compute50), short(s.Compute99)), "≤ 1ms", s.Compute50 <= time.Millisecond)
		t.row("  whole p50 / p99", fmt.Sprintf("%s / %s", short(s.Whole50), short(s.Whole99)), "p99 ≤ 20ms", s.Whole99 <= 20*time.Millisecond)
	}
	if u := r.Understand; u != nil {
		t.row("understanding a sentence, mean / p99", fmt.Sprintf("%s / %s, %.0f allocations", micros(u.Mean), micros(u.P99), u.Allocs), "", true)
	}
	if k := r.Knowledge; k != nil {
		t.row(fmt.Sprintf("an answer among %d entries, mean / p99", k.Entries), fmt.Sprintf("%s / %s", micros(k.Mean), micros(k.P99)), "mean ≤ 3ms", k.Mean <= 3*time.Millisecond)
		t.row("  memory", fmt.Sprintf("%.0f MiB", float64(k.Memory)/(1<<20)), "≤ 60 MiB", k.Memory <= 60<<20)
	}

	r.Tasks.rows(t)
	r.Broadcast.rows(t)
	r.Sender.rows(t)
	r.Telegram.rows(t)
	r.Kills.rows(t)
	return t.w.Flush()
}

func (s *benchSender) rows(t *benchTable) {
	if s == nil {
		return
	}
	t.row(fmt.Sprintf("sending, %d rounds of %d, %d at once: claim, post, mark", s.Rounds, s.Rows, s.Workers), rate(s.Floor), "", true)
	t.row("  answers", fmt.Sprintf("%s, ratio %.2f", rate(s.Answers), s.AnswersRatio), "≥ 0.5", s.AnswersRatio >= 0.5)
	t.row("  pushes, looked at again", fmt.Sprintf("%s, ratio %.2f", rate(s.Pushes), s.PushesRatio), "≥ 0.5", s.PushesRatio >= 0.5)
}

func (k *benchTelegram) rows(t *benchTable) {
	if k == nil {
		return
	}
	t.row(fmt.Sprintf("Telegram: %d messages to %d chats, %d copies", k.Messages, k.Chats, k.Copies), rate(k.PerSecond), "", true)
	t.row("  of the permitted rate", fmt.Sprintf("%.1f %%", 100*k.OfPermitted), "≥ 97 %", k.OfPermitted >= 0.97)
	t.row("  refused (429): in the first second, after it", fmt.Sprintf("%d, %d", k.RefusedFirst, k.RefusedLater), "-, 0", k.RefusedLater == 0)
	t.row("  a reply meanwhile, longest of "+fmt.Sprint(k.Replies), short(k.ReplyLongest), "≤ 1s", k.ReplyLongest <= time.Second)
}

func (k *benchTasks) rows(t *benchTable) {
	if k == nil {
		return
	}
	t.row(fmt.Sprintf("tasks: a look that finds nothing due, %d / %d pending, p50", min(fewPending, k.Pending), k.Pending),
		fmt.Sprintf("%s / %s", micros(k.LookFew), micros(k.LookMany)), "ratio ≤ 1.5", k.LookRatio <= 1.5)
	t.row(fmt.Sprintf("  lateness of %d tasks, %d due a second, p50 / p99 / longest", k.Count, k.PerSecond),
		short(k.Late50)+" / "+short(k.Late99)+" / "+short(k.LateMax), "p99 ≤ 1s", k.Late99 <= time.Second)
	t.row(fmt.Sprintf("  %d due at once: program / bare loop", k.DueAtOnce), rate(k.Burst)+" / "+rate(k.Floor), "", true)
	t.row("  ratio to the bare loop", fmt.Sprintf("%.2f", k.Ratio), "", true)
	t.row("  an answer while nothing is due, p50 / p95 / p99", three(k.Idle), "", true)
	t.row("  an answer while tasks run without a break", three(k.Busy), "p99 ≤ 100ms", k.Busy.P99 <= 100*time.Millisecond)
}

type benchTable struct{ w *tabwriter.Writer }

func (t *benchTable) row(what, value, target string, met bool) {
	mark := ""
	if !met {
		mark = "missed"
	}
	fmt.Fprintf(t.w, "%s\t%s\t%s\t%s\n", what, value, target, mark)
}

func rate(v float64) string { return fmt.Sprintf("%.0f/s", v) }

func micros(d time.Duration) string { return fmt.Sprintf("%.0fµs", float64(d)/1e3) }

func short(d time.Duration) string { return d.Round(10 * time.Microsecond).String() }

func three(s side) string { return short(s.P50) + " / " + short(s.P95) + " / " + short(s.P99) }

func (k *benchKills) rows(t *benchTable) {
	if k == nil {
		return
	}
	t.row(fmt.Sprintf("kills: %d copies, %d killed, %d pushes", k.Copies, k.Kills, k.Pushes), rate(k.PerSec), "", true)
	t.row("  lost", fmt.Sprint(k.Lost), "0", k.Lost == 0)
	t.row(fmt.Sprintf("  doubled, of %d with a key (%d were repeated and known by it)", k.Keyed.Pushes, k.Keyed.Repeated), fmt.Sprint(k.Keyed.Doubled), "0", k.Keyed.Doubled == 0)
	t.row(fmt.Sprintf("  doubled, of %d without", k.Plain.Pushes), fmt.Sprint(k.Plain.Doubled), "0", k.Plain.Doubled == 0)
	t.row(fmt.Sprintf("  unknown, of which %d arrived", k.Arrived), fmt.Sprint(len(k.Unknown)), fmt.Sprintf("≤ %d in flight", k.InFlight), len(k.Unknown) <= k.InFlight)
	for some := range slices.Chunk(k.Unknown, 5) {
		t.row("    "+strings.Join(some, " "), "", "", true)
	}
}
