package nlu

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"
)

func TestChronoData(t *testing.T) {
	data, err := os.ReadFile("testdata/datetime_zh.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	total, good := 0, 0
	for sc := bufio.NewScanner(bytes.NewReader(data)); sc.Scan(); {
		var c struct {
			ID, Input, Reference string
			Future               []json.RawMessage
		}
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		now, err := time.ParseInLocation("2006-01-02T15:04:05", c.Reference, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		total++
		var got, want any
		if times := ParseTimes(c.Input, now); len(times) > 0 {
			b, _ := json.Marshal(times[0])
			_ = json.Unmarshal(b, &got)
		}
		_ = json.Unmarshal(c.Future[0], &want)
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want)
		if bytes.Equal(g, w) {
			good++
		} else {
			t.Logf("%s %q at %s: got %s want %s", c.ID, c.Input, c.Reference, g, w)
		}
	}
	t.Logf("%d of %d = %.1f %%", good, total, 100*float64(good)/float64(total))
	if good*100 < total*95 {
		t.Errorf("fewer than 95 %% right")
	}
}
