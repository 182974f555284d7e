package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhenban/models"
)

// benchOptions is what a run of the bench is told.
type benchOptions struct {
	db       string
	people   int
	duration time.Duration
	rounds   int
	visits   int
	pending  int
	pushes   int
	kills    int
	only     string
}

// benchReport is everything one run measured; it is also what --json prints.
type benchReport struct {
	Database   string           `json:"database"`
	CPUs       int              `json:"cpus"`
	People     int              `json:"people"`
	Messages   *benchMessages   `json:"messages,omitempty"`
	Booking    *benchBooking    `json:"booking,omitempty"`
	Contest    *benchContest    `json:"contest,omitempty"`
	Search     *benchSearch     `json:"search,omitempty"`
	Understand *benchUnderstand `json:"understand,omitempty"`
	Knowledge  *benchKnowledge  `json:"knowledge,omitempty"`
	Tasks      *benchTasks      `json:"tasks,omitempty"`
	Broadcast  *benchBroadcast  `json:"broadcast,omitempty"`
	Sender     *benchSender     `json:"sender,omitempty"`
	Telegram   *benchTelegram   `json:"telegram,omitempty"`
	Kills      *benchKills      `json:"kills,omitempty"`
}

func benchCommand(w World) *cobra.Command {
	var o benchOptions
	var asJSON bool
	c := &cobra.Command{
		Use:   "bench",
		Short: "Load against a copy in this process, with stand-in platforms, beside a bare floor measured in the same run",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.people < 1 || o.duration < 100*time.Millisecond || o.rounds < 1 || o.visits < 0 || o.pending < 0 {
				return usageError{fmt.Errorf("--people and --rounds from 1, --duration from 100ms")}
			}
			if o.only != killsPart && !validPart(o.only) {
				return usageError{fmt.Errorf("--only %q: one of %s, %s", o.only, strings.Join(benchParts(), ", "), killsPart)}
			}
			report, err := bench(c.Context(), w, o)
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(c.OutOrStdout())
				e.SetIndent("", "  ")
				return e.Encode(report)
			}
			return report.print(c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&o.db, "db", "", "database to measure on; default: a SQLite file that is thrown away (MySQL: a schema of its own beside the one named)")
	c.Flags().IntVar(&o.people, "people", 64, "people who write at once")
	c.Flags().DurationVar(&o.duration, "duration", 5*time.Second, "how long each side of a comparison is measured")
	c.Flags().IntVar(&o.rounds, "rounds", 1000, "races for one time")
	c.Flags().IntVar(&o.visits, "visits", 100_000, "appointments in the table when times are searched")
	c.Flags().IntVar(&o.pending, "pending", 0, "tasks in the table that are not due; default: 1,000,000 on a server, 100,000 in a file")
	c.Flags().IntVar(&o.pushes, "pushes", 50_000, "pushes that go out while copies are killed")
	c.Flags().IntVar(&o.kills, "kills", 20, "how many copies are killed")
	c.Flags().StringVar(&o.only, "only", "", "one part: "+strings.Join(benchParts(), ", ")+"; or "+killsPart+", which starts copies on a server and kills them")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON instead of the table")
	c.AddCommand(benchCopyCommand(w))
	return c
}

func benchParts() []string {
	return []string{"messages", "booking", "contest", "search", "understand", "knowledge", "tasks", "broadcast", "sender", "telegram"}
}

// killsPart runs only when it is asked for: it takes minutes and a server.
const killsPart = "kills"

func validPart(name string) bool {
	if name == "" {
		return true
	}
	for _, p := range benchParts() {
		if p == name {
			return true
		}
	}
	return false
}

// bench measures part after part on one database that is empty at first.
func bench(ctx context.Context, w World, o benchOptions) (*benchReport, error) {
	dir, err := os.MkdirTemp("", "zhenban-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if o.db == "" {
		o.db = "sqlite:" + filepath.Join(dir, "bench.db")
	}
	if o.pending == 0 {
		o.pending = 100_000
		if strings.HasPrefix(o.db, "mysql:") {
			o.pending = 1_000_000
		}
	}
	dsn, drop, err := models.Scratch(ctx, o.db)
	if err != nil {
		return nil, err
	}
	defer drop()
	if o.only == killsPart {
		r := &benchReport{Database: models.DatabaseLabel(dsn), CPUs: cpus()}
		r.Kills, err = kills(ctx, w, o, dsn, dir)
		return r, err
	}
	b, err := startBench(ctx, w, o, dsn, dir)
	if err != nil {
		return nil, err
	}
	report, err := b.measure(ctx)
	if stopped := b.stop(); err == nil {
		err = stopped
	}
	return report, err
}

func (b *benchWorld) measure(ctx context.Context) (*benchReport, error) {
	r := &benchReport{Database: b.label, CPUs: cpus(), People: b.o.people}
	var err error
	for _, part := range benchParts() {
		if b.o.only != "" && b.o.only != part || ctx.Err() != nil {
			continue
		}
		fmt.Fprintf(b.progress, "measuring %s …\n", part)
		switch part {
		case "messages":
			r.Messages, err = b.messages(ctx)
		case "booking":
			r.Booking, err = b.bookings(ctx)
		case "contest":
			r.Contest, err = b.contest(ctx)
		case "search":
			r.Search, err = b.search(ctx)
		case "understand":
			r.Understand, err = b.understand()
		case "knowledge":
			r.Knowledge, err = b.knowledge()
		case "tasks":
			r.Tasks, err = b.tasks(ctx)
		case "broadcast":
			r.Broadcast, err = b.broadcast(ctx)
		case "sender":
			r.Sender, err = b.sender(ctx)
		case "telegram":
			r.Telegram, err = b.telegram(ctx)
		}
		if err != nil {
			return nil, fmt.Errorf("bench %s: %w", part, err)
		}
	}
	return r, ctx.Err()
}
