package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// clientsImport is one run over a file of clients.
type clientsImport struct {
	clinic   *bot.Clinic
	now      time.Time
	species  map[string]string // ID by word
	date1904 bool
	reassign bool
	table    *table
	columns  []column
	header   header
	faults   config.Faults
}

func importClients(ctx context.Context, w World, o importOptions) error {
	t, err := readTable(o.file)
	if err != nil {
		return err
	}
	return w.withStore(ctx, o.settings, func(a *tools) error {
		im := newClientsImport(a.clinic, w.Clock.Now(), t)
		im.reassign = o.reassign
		records := im.read()
		for _, c := range im.header.unknown {
			fmt.Fprintf(w.Err, "%s:%d:%d: %s: this column is not known and is left out\n", t.file, c.line, c.column, c.text)
		}
		plan, err := im.plan(ctx, a.store, records)
		if err != nil {
			return err
		}
		if o.dryRun {
			plan.print(w.Out)
			fmt.Fprintln(w.Out, "dry run: nothing was written")
			return nil
		}
		if err := plan.write(ctx, w, a.store, a.clinic.Clinic); err != nil {
			return err
		}
		plan.print(w.Out)
		return nil
	})
}

func newClientsImport(clinic *bot.Clinic, now time.Time, t *table) *clientsImport {
	im := &clientsImport{clinic: clinic, now: now, species: map[string]string{}, date1904: t.date1904, table: t, columns: append(columns(), recallColumns(clinic.Clinic)...)}
	for i := range clinic.Species {
		s := &clinic.Species[i]
		im.species[word(s.ID)] = s.ID
		for _, l := range config.Languages() {
			im.species[word(s.Name.In(l))] = s.ID
		}
		for _, alias := range s.Aliases {
			im.species[word(alias)] = s.ID
		}
	}
	return im
}

func (im *clientsImport) fault(c cell, key, format string, args ...any) {
	im.faults = append(im.faults, im.table.fault(c, key, format, args...))
}

// err is all faults there are, in the order of the file.
func (im *clientsImport) err() error {
	if len(im.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(im.faults, func(a, b config.Fault) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	return im.faults
}

// read reads every row and notes what is wrong with each.
func (im *clientsImport) read() []*record {
	if im.header, im.faults = findHeader(im.table, im.columns); im.header.columns == nil {
		return nil
	}
	var out []*record
	for _, row := range im.table.rows[im.header.row+1:] {
		out = append(out, im.row(row))
	}
	if len(out) == 0 {
		im.faults = append(im.faults, config.Fault{File: im.table.file, Message: "has no row below its header"})
	}
	return out
}

func (im *clientsImport) row(row []cell) *record {
	r := &record{at: row[0], given: map[string]cell{}, last: make([]string, len(im.clinic.Recalls))}
	weight := -1
	for i, c := range row {
		switch {
		case c.text == "":
		case i >= len(im.header.columns):
			im.fault(c, "", "this cell stands beyond the last column")
		case im.header.columns[i] == nil: // a column that is left out
		case im.header.columns[i].text == nil:
			weight = i // bounded by the species, which may stand further right
		default:
			im.value(r, im.header.columns[i], c, "")
		}
	}
	if weight >= 0 {
		im.value(r, im.header.columns[weight], row[weight], im.header.units[weight])
	}
	im.complete(r)
	return r
}

func (im *clientsImport) value(r *record, k *column, c cell, unit string) {
	var err error
	switch {
	case c.text == "-" || c.text == "—": // clears what is on record
	case isSheetError(c.text):
		err = fmt.Errorf("the sheet has the error %s here", c.text)
	case k.text == nil:
		r.patient.WeightGrams, err = parseWeight(c, unit, r.patient.Species)
	default:
		*k.text(r), err = k.parse(im, c)
	}
	if err != nil {
		im.fault(c, k.key, "%v", err)
		r.broken = true
		return
	}
	r.given[k.key] = c
}

// isSheetError: ECMA-376, error values of a cell.
func isSheetError(s string) bool {
	switch s {
	case "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!":
		return true
	}
	return false
}

// complete fills in what follows from the rest of a row, and wants what is needed.
func (im *clientsImport) complete(r *record) {
	if r.client.Identifier == "" && !r.broken {
		im.fault(r.at, identifierKey, "is missing")
	}
	vet := im.clinic.Kind == config.Vet
	r.patient.Kind = "person"
	if vet {
		r.patient.Kind = "pet"
	}
	about := ""
	for _, k := range im.columns {
		if _, given := r.given[k.key]; given && k.patient {
			about = k.key
			break
		}
	}
	if about == "" || r.patient.Name != "" || r.patient.Identifier != "" {
		return
	}
	if vet || r.client.Name == "" {
		if r.broken { // what is missing may be what could not be read
			return
		}
		im.fault(r.given[about], "患者姓名", "is missing: the row says something about a patient")
		return
	}
	// A clinic for people whose clients are the patients has one name a row.
	r.patient.Name, r.given["患者姓名"] = r.client.Name, r.given["姓名"]
	if r.patient.Relation == "" {
		r.patient.Relation, r.given["关系"] = "self", r.given["姓名"]
	}
}

// has reports whether a row tells of a patient.
func (r *record) has() bool { return r.patient.Name != "" || r.patient.Identifier != "" }

// clientsPlan is what an import will write.
type clientsPlan struct {
	clients                        []models.Client
	patients                       []models.Patient
	deaths                         []deathSeen
	tags                           []tagsSeen
	recalls                        []recallSeen
	newClients, newPatients, moved int
	knownClients, knownPatients    int
}

func (p *clientsPlan) print(out io.Writer) {
	line := func(what string, fresh, written, known int) {
		fmt.Fprintf(out, "%-9s %d new, %d changed, %d as they are on record\n", what, fresh, written-fresh, known-(written-fresh))
	}
	line("clients", p.newClients, len(p.clients), p.knownClients)
	line("patients", p.newPatients, len(p.patients), p.knownPatients)
	if p.moved > 0 {
		fmt.Fprintf(out, "%d patients change to another client\n", p.moved)
	}
	if len(p.deaths) > 0 {
		fmt.Fprintf(out, "%d patients have died: nothing more is sent about them\n", len(p.deaths))
	}
	if len(p.recalls) > 0 {
		fmt.Fprintf(out, "%d dates to count recalls from\n", len(p.recalls))
	}
}

// write keeps everything in one transaction.
func (p *clientsPlan) write(ctx context.Context, w World, store *models.Store, clinic *config.Clinic) error {
	all := len(p.clients) + len(p.patients) + len(p.deaths) + len(p.recalls) + len(p.tags)
	if all == 0 {
		return nil
	}
	bar := w.progress(all, "writing")
	err := store.Do(ctx, func(ctx context.Context, tx *models.Tx) error {
		bar.Reset() // a transaction may have to be repeated
		for _, c := range p.clients {
			if err := errors.Join(ctx.Err(), tx.SaveClient(c)); err != nil {
				return fmt.Errorf("client %s: %w", c.Identifier, err)
			}
			_ = bar.Add(1)
		}
		for _, one := range p.patients {
			if err := errors.Join(ctx.Err(), tx.SavePatient(one)); err != nil {
				return fmt.Errorf("patient %s: %w", strings.TrimSpace(one.Identifier+" "+one.ID), err)
			}
			_ = bar.Add(1)
		}
		if err := p.writeCare(ctx, tx, clinic); err != nil {
			return err
		}
		_ = bar.Add(len(p.deaths) + len(p.recalls) + len(p.tags))
		return nil
	})
	_ = bar.Finish()
	return err
}
