package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"zhenban/config"
	"zhenban/models"
)

// importKind is one kind of file that can be taken over.
type importKind struct {
	name, doc string
	run       func(ctx context.Context, w World, o importOptions) error
}

type importOptions struct {
	settings string // file of settings
	file     string
	dryRun   bool
	reassign bool
}

func importKinds() []importKind {
	return []importKind{
		{"clinic", "the clinic's profile (YAML), or a preset's name", importClinic},
		{"clients", "clients and their patients (CSV or .xlsx), a row a patient", importClients},
		{"invoices", "bills of the clinic's till (CSV or .xlsx), a row a line of a bill", importInvoices},
	}
}

func importCommand(w World) *cobra.Command {
	var o importOptions
	var kinds []string
	for _, k := range importKinds() {
		kinds = append(kinds, fmt.Sprintf("  %-8s %s", k.name, k.doc))
	}
	c := &cobra.Command{
		Use:   "import KIND FILE",
		Short: "Take over what the clinic has: its profile, its clients and patients, its bills",
		Long: "Takes over a file, all of it or nothing. Kinds:\n" + strings.Join(kinds, "\n") +
			"\n\nclients: columns go by their header, in Chinese or English:\n" + describeColumns() +
			"\nThe same file again changes nothing; an empty cell leaves what is on record, - clears it.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usageError{errors.New("import KIND FILE: KIND is clinic, clients or invoices; see zhenban import --help")}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			o.file = args[1]
			for _, k := range importKinds() {
				if k.name != args[0] {
					continue
				}
				err := k.run(c.Context(), w, o)
				var faults config.Faults
				if errors.As(err, &faults) {
					printFaults(w.Err, faults)
					return errSaid
				}
				return err
			}
			return usageError{fmt.Errorf("import %q: there are\n%s", args[0], strings.Join(kinds, "\n"))}
		},
	}
	c.Flags().StringVar(&o.settings, "config", "", "settings file (YAML)")
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "check and say what would change, write nothing")
	c.Flags().BoolVar(&o.reassign, "reassign", false, "clients: a patient may change to another client")
	return c
}

// maxFaults bounds what is printed: more lines help nobody.
const maxFaults = 200

func printFaults(out io.Writer, faults config.Faults) {
	for i, f := range faults {
		if i == maxFaults {
			fmt.Fprintf(out, "… and %d more\n", len(faults)-i)
			break
		}
		fmt.Fprintln(out, f.Error())
	}
	fmt.Fprintf(out, "nothing was imported: %d to correct\n", len(faults))
}

// openStore opens the database of the settings without asking for a profile,
// which an import may be about to bring.
func (w World) openStore(ctx context.Context, file string) (*models.Store, error) {
	s, err := w.settings(file)
	if err != nil {
		return nil, err
	}
	key, _, err := dataKey(s)
	if err != nil {
		return nil, err
	}
	return models.Open(ctx, models.Options{DSN: s.DB, DataKey: key, Now: w.Clock.Now})
}

// progress shows a bar on a terminal, nothing elsewhere.
func (w World) progress(total int, what string) *progressbar.ProgressBar {
	return progressbar.NewOptions(total,
		progressbar.OptionSetWriter(w.Err), progressbar.OptionSetVisibility(isTerminal(w.Err)),
		progressbar.OptionSetDescription(what), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(100*time.Millisecond),
	)
}
