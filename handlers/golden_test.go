package handlers_test

import (
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhenban/config"
	"zhenban/handlers"
	"zhenban/handlers/talk"
	"zhenban/scheduler"
	"zhenban/templates"
)

var update = flag.Bool("update", false, "write the transcripts of testdata again")

// TestTranscripts plays every script of testdata against the real engine and
// compares what is said. See talk.Run for what a script can hold.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			o, err := talk.Setup(string(want))
			if err != nil {
				t.Fatal(err)
			}
			o.Routes = handlers.Routes
			o.Log = t.Output()
			o.Tune = func(p *config.Profile) { p.Surveys.Sample = 0 } // the weekly sample goes by the visits' IDs, which are drawn by lot
			o.Timer = func(k *talk.Talk, book *templates.Book) talk.Timer {
				return scheduler.New(scheduler.Options{
					Store: k.Store, Clock: k.Clock, Book: book, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Owner: "talk",
					Clinic: func() scheduler.Clinic { return scheduler.Clinic{Clinic: k.Clinic.Clinic, Slots: k.Clinic.Slots} },
				})
			}
			got := talk.New(t, o).Run(string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got, or run with -update:\n%s", diff)
			}
		})
	}
}
