package cmd

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
)

const someBills = `账单号,患者编号,日期,项目,数量,单价,优惠,实付,状态,发票链接
S-1,P0001,2026-11-01,体检,1,380,,,,
S-1,P0001,,血检,2,150.50,50,631,,https://einvoice.example.com/1
S-2,P0002,2026/11/3,疫苗接种,,"¥1,080.00",,,未付,
`

// Bills of the clinic's till: rows of one number are one bill, all or nothing,
// and the same file again changes nothing.
func TestImportInvoices(t *testing.T) {
	eachDatabase(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn, "vet")
		code, _, errs := d.run("import", "clients", d.file("clients.csv", "客户编号,姓名,患者编号,患者姓名,物种\nC1,陈晓雨,P0001,豆豆,狗\nC1,,P0002,咪咪,猫\n"))
		require.Equal(t, 0, code, errs)
		code, out, errs := d.run("import", "invoices", "--dry-run", d.file("bills.csv", someBills))
		require.Equal(t, 0, code, errs)
		assert.Contains(t, out, "2 new")
		store, bg := d.store(), context.Background()
		_, err := store.InvoiceByNumber(bg, "S-1")
		require.ErrorIs(t, err, models.ErrNotFound, "a dry run writes nothing")

		code, _, errs = d.run("import", "invoices", d.file("bills.csv", someBills))
		require.Equal(t, 0, code, errs)
		b, err := store.InvoiceByNumber(bg, "S-1")
		require.NoError(t, err)
		assert.Equal(t, "¥631.00", b.Total().String())
		assert.Equal(t, models.InvoiceBalanced, b.Status)
		assert.Equal(t, "https://einvoice.example.com/1", b.Link)
		assert.Len(t, b.Lines, 2)
		b, err = store.InvoiceByNumber(bg, "S-2")
		require.NoError(t, err)
		assert.Equal(t, models.Fen(108000), b.Left())

		code, out, errs = d.run("import", "invoices", d.file("bills.csv", someBills))
		require.Equal(t, 0, code, errs)
		assert.Contains(t, out, "0 new, 0 changed, 2 as they are on record")

		code, _, errs = d.run("import", "invoices", d.file("bad.csv", "账单号,患者编号,日期,项目,数量,单价,实付,状态,发票链接\nS-3,P0009,2026-11-01,体检,1,380,,,\nS 4,P0001,x,体检,1,3.805,,,\nS-5,P0001,明天,,0,abc,500,也许,http://x\n"))
		assert.Equal(t, 1, code)
		for _, want := range []string{"is not on record", "is no number", "is no day", "is missing", "is no quantity", "is no amount", "bad.csv:4:", "is no https address"} {
			assert.Contains(t, errs, want)
		}
		_, err = store.InvoiceByNumber(bg, "S-3")
		require.ErrorIs(t, err, models.ErrNotFound, "all or nothing")
	})
}
