package nlu

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"
)

func TestTry(t *testing.T) {
	f, err := os.Open(os.Getenv("TRY"))
	if err != nil {
		t.Skip()
	}
	loc, _ := time.LoadLocation("Asia/Shanghai")
	now := time.Date(2026, 11, 19, 10, 30, 0, 0, loc) // Thursday
	for sc := bufio.NewScanner(f); sc.Scan(); {
		ts := ParseTimes(sc.Text(), now)
		fmt.Printf("%-28s", sc.Text())
		for _, x := range ts {
			b, _ := json.Marshal(x)
			fmt.Printf(" | %s[%s] %s", x.Text, x.Type, b)
		}
		fmt.Println()
	}
}
