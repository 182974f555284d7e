package cmd

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"zhenban/config"
	"zhenban/models"
)

// invoiceColumns are the columns of a file of bills, by what they are called.
func invoiceColumns() []wordList {
	return []wordList{
		{"number", "账单号 账单编号 单号 流水号 number bill"},
		{"patient", "患者编号 病历号 宠物编号 patient record"},
		{"date", "日期 开单日期 就诊日期 date"},
		{"item", "项目 收费项目 名称 item"},
		{"quantity", "数量 次数 quantity"},
		{"price", "单价 价格 price"},
		{"discount", "优惠 折扣 减免 discount"},
		{"paid", "实付 已付 实收 paid"},
		{"status", "状态 status"},
		{"link", "发票链接 电子发票 link"},
	}
}

// invoicesImport is one run over a file of bills: the rows of one number are
// one bill.
type invoicesImport struct {
	table  *table
	days   *clientsImport // reads days as the file of clients has them
	at     map[string]int // column by what it holds
	faults config.Faults
	order  []string
	bills  map[string]*billRead
}

// billRead is a bill as the file has it.
type billRead struct {
	models.Invoice
	patient cell
	first   cell
	status  string
	paid    bool // 实付 is given
}

func importInvoices(ctx context.Context, w World, o importOptions) error {
	t, err := readTable(o.file)
	if err != nil {
		return err
	}
	return w.withStore(ctx, o.settings, func(a *tools) error {
		im := &invoicesImport{table: t, days: newClientsImport(a.clinic, w.Clock.Now(), t), at: map[string]int{}, bills: map[string]*billRead{}}
		im.read()
		known, err := im.resolve(ctx, a.store)
		if err != nil {
			return err
		}
		if len(im.faults) > 0 {
			return im.faults
		}
		return im.write(ctx, w, a.store, known, o.dryRun)
	})
}

func (im *invoicesImport) fault(c cell, key, format string, args ...any) {
	im.faults = append(im.faults, im.table.fault(c, key, format, args...))
}

// read finds the header and reads every row.
func (im *invoicesImport) read() {
	head := -1
	for i, row := range im.table.rows[:min(len(im.table.rows), 10)] {
		at := map[string]int{}
		for j, c := range row {
			name, _ := plainHeader(c.text)
			for _, k := range invoiceColumns() {
				if slices.Contains(strings.Fields(k.words), name) {
					at[k.meaning] = j
				}
			}
		}
		if _, ok := at["number"]; ok {
			head, im.at = i, at
			break
		}
	}
	for _, need := range []string{"number", "patient", "date", "item", "price"} {
		if _, ok := im.at[need]; !ok {
			im.faults = append(im.faults, config.Fault{File: im.table.file, Line: 1, Column: 1, Message: "a header with the columns 账单号, 患者编号, 日期, 项目 and 单价 is needed (number, patient, date, item, price)"})
			return
		}
	}
	for _, row := range im.table.rows[head+1:] {
		im.row(row)
	}
	if len(im.order) == 0 && len(im.faults) == 0 {
		im.faults = append(im.faults, config.Fault{File: im.table.file, Message: "has no row below its header"})
	}
}

// cell is what stands in a column of a row.
func (im *invoicesImport) cell(row []cell, name string) cell {
	if i, ok := im.at[name]; ok && i < len(row) {
		c := row[i]
		c.text = strings.TrimSpace(c.text)
		return c
	}
	if len(row) == 0 {
		return cell{}
	}
	return cell{line: row[0].line, column: row[0].column}
}

var billNumber = regexp.MustCompile(`^[A-Za-z0-9._/-]{1,32}$`)

// row adds one line to its bill.
func (im *invoicesImport) row(row []cell) {
	number := im.cell(row, "number")
	if !billNumber.MatchString(number.text) {
		im.fault(number, "账单号", "%.40q is no number: write 1 to 32 of letters, digits and . _ / -", number.text)
		return
	}
	b := im.bills[number.text]
	patient, date := im.cell(row, "patient"), im.cell(row, "date")
	if b == nil {
		day, err := parseDay(im.days, date)
		if err != nil || day == "" {
			im.fault(date, "日期", "%.40q is no day: write 2026-05-01", date.text)
		}
		b = &billRead{Invoice: models.Invoice{Number: number.text, On: day, IssuedBy: "import"}, patient: patient, first: number}
		im.bills[number.text], im.order = b, append(im.order, number.text)
	} else if patient.text != "" && patient.text != b.patient.text {
		im.fault(patient, "患者编号", "bill %s is for %q above", number.text, b.patient.text)
	}
	im.line(row, b)
	im.sums(row, b)
}

func (im *invoicesImport) line(row []cell, b *billRead) {
	item, price, quantity := im.cell(row, "item"), im.cell(row, "price"), im.cell(row, "quantity")
	l := models.InvoiceLine{Text: item.text, Quantity: models.One}
	if item.text == "" || len([]rune(item.text)) > 100 {
		im.fault(item, "项目", "is missing, or longer than 100 characters")
	}
	var err error
	if l.Price, err = models.ParseFen(price.text); err != nil {
		im.fault(price, "单价", "%s", err)
	}
	if quantity.text != "" {
		if l.Quantity, err = models.ParseQuantity(quantity.text); err != nil {
			im.fault(quantity, "数量", "%s", err)
		}
	}
	b.Lines = append(b.Lines, l)
}

// sums reads what is said once of a bill, on whichever of its rows.
func (im *invoicesImport) sums(row []cell, b *billRead) {
	for _, x := range []struct {
		name, shown string
		to          *models.Fen
	}{{"discount", "优惠", &b.Discount}, {"paid", "实付", &b.Paid}} {
		c := im.cell(row, x.name)
		if c.text == "" {
			continue
		}
		amount, err := models.ParseFen(c.text)
		if err != nil {
			im.fault(c, x.shown, "%s", err)
		}
		*x.to, b.paid = amount, b.paid || x.name == "paid"
	}
	if c := im.cell(row, "status"); c.text != "" {
		status, err := oneOfWords([]wordList{
			{models.InvoiceIssued, "未付 未结 待付 issued unpaid open"}, {models.InvoiceBalanced, "已付 已结 已结清 已付清 balanced paid"}, {models.InvoiceCancelled, "作废 已作废 取消 cancelled void"},
		})(nil, c)
		if err != nil {
			im.fault(c, "状态", "%s", err)
		}
		b.status = status
	}
	if c := im.cell(row, "link"); c.text != "" {
		if u, err := url.Parse(c.text); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(c.text) > 500 {
			im.fault(c, "发票链接", "%.60q is no https address", c.text)
		}
		b.Link = c.text
	}
}

// resolve finds patients and known bills and settles what each bill comes to.
func (im *invoicesImport) resolve(ctx context.Context, store *models.Store) (map[string]models.Invoice, error) {
	var who []string
	for _, b := range im.bills {
		who = append(who, b.patient.text)
	}
	patients, err := store.PatientsByIdentifiers(ctx, who)
	if err != nil {
		return nil, err
	}
	known, err := store.InvoicesByNumbers(ctx, im.order)
	if err != nil {
		return nil, err
	}
	for _, number := range im.order {
		b := im.bills[number]
		p, ok := patients[b.patient.text]
		if !ok {
			im.fault(b.patient, "患者编号", "%.40q is not on record: import clients first", b.patient.text)
			continue
		}
		b.PatientID, b.PatientName = p.ID, p.Name
		if b.status == models.InvoiceBalanced && !b.paid {
			b.Paid = b.Total()
		}
		switch b.Status = b.status; {
		case b.status == "" && b.Left() == 0:
			b.Status = models.InvoiceBalanced
		case b.status == "":
			b.Status = models.InvoiceIssued
		}
		switch old, there := known[number]; {
		case b.Total() < 0 || b.Paid > b.Total():
			im.fault(b.first, "账单号", "bill %s: %s", number, models.ErrAmount)
		case b.Status == models.InvoiceBalanced && b.Left() != 0:
			im.fault(b.first, "账单号", "bill %s is paid, but %s is left", number, b.Left())
		case there && old.PatientID != b.PatientID:
			im.fault(b.first, "账单号", "bill %s is on record for another patient", number)
		case there:
			b.ID, b.Version, b.ContactID, b.AppointmentID, b.Branch, b.CreatedAt, b.IssuedBy = old.ID, old.Version, old.ContactID, old.AppointmentID, old.Branch, old.CreatedAt, old.IssuedBy
		}
	}
	return known, nil
}

// write keeps what is new or changed, in one transaction.
func (im *invoicesImport) write(ctx context.Context, w World, store *models.Store, known map[string]models.Invoice, dry bool) error {
	var todo []models.Invoice
	fresh := 0
	for _, number := range im.order {
		b := im.bills[number].Invoice
		old, there := known[number]
		if there && reflect.DeepEqual(old, b) {
			continue
		}
		if !there {
			fresh++
			b.ID = store.NewID(w.Clock.Now())
		}
		todo = append(todo, b)
	}
	fmt.Fprintf(w.Out, "%-9s %d new, %d changed, %d as they are on record\n", "bills", fresh, len(todo)-fresh, len(im.order)-len(todo))
	if dry {
		fmt.Fprintln(w.Out, "dry run: nothing was written")
		return nil
	}
	bar := w.progress(len(todo), "writing")
	err := store.Do(ctx, func(ctx context.Context, tx *models.Tx) error {
		bar.Reset() // a transaction may have to be repeated
		for _, b := range todo {
			if err := errors.Join(ctx.Err(), tx.SaveInvoice(b, b.Version)); err != nil {
				return fmt.Errorf("bill %s: %w", b.Number, err)
			}
			_ = bar.Add(1)
		}
		return nil
	})
	_ = bar.Finish()
	return err
}
