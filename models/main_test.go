package models_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/models/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func bg() context.Context { return context.Background() }

// do runs writes and wants them to commit.
func do(t testing.TB, s *models.Store, writes ...models.Write) {
	t.Helper()
	require.NoError(t, s.Do(bg(), writes...))
}

// write makes a Write of a method that needs no context.
func write(f func(tx *models.Tx) error) models.Write {
	return func(_ context.Context, tx *models.Tx) error { return f(tx) }
}

func turn(contact string, seq int64, key string) models.Turn {
	return models.Turn{
		ContactID: contact, Seq: seq, Key: key, At: storetest.Start(),
		In: []byte(`{"text":"你好"}`), Answer: []byte(`{"m":[]}`), Flow: "book", State: []byte(`{"v":1}`),
	}
}

// claims are the cells of some resources from a time on.
func claims(start time.Time, cells int, resources ...string) []slots.Claim {
	from := slots.CellOf(start)
	var out []slots.Claim
	for _, r := range resources {
		out = append(out, slots.Claim{Resource: r, From: from, To: from + slots.Cell(cells)})
	}
	return out
}

func slot(start time.Time, practitioner string) slots.Slot {
	return slots.Slot{Start: start, End: start.Add(20 * time.Minute), Service: "checkup", Branch: "main", Practitioner: practitioner, Resources: []string{"room1"}}
}

func appointment(s *models.Store, contact string, start time.Time) models.Appointment {
	return models.Appointment{
		ID: s.NewID(start), Number: models.NewNumber(), ContactID: contact, PatientName: "豆豆", Species: "dog",
		Phone: "+8613800138000", Slot: slot(start, "li"), Note: "咳嗽三天", FirstVisit: true,
	}
}

// crowd runs f by n goroutines that begin together and returns their errors.
func crowd(n int, f func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func contactName(i int) string { return fmt.Sprintf("web:c%04d", i) }

func itoa(n int64) string { return fmt.Sprint(n) }
