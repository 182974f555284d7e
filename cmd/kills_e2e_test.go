package cmd_test

import (
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/models/storetest"
)

// Copies of the program that are killed at any moment lose nothing, send
// nothing twice, and show what may or may not have arrived.
func TestPushesOfCopiesThatAreKilled(t *testing.T) {
	c := exec.CommandContext(within(t), built(t), "bench", "--only", "kills", "--pushes", "2000", "--kills", "5", "--json", "--db", storetest.MySQL(t))
	errs := newOutput()
	c.Stderr = errs
	out, err := c.Output()
	require.NoError(t, err, errs)
	type side struct{ Pushes, Arrived, Doubled, Lost int }
	var r struct {
		Kills struct {
			Lost     int
			InFlight int      `json:"in_flight_at_kills"`
			Keyed    side     `json:"with_key"`
			Plain    side     `json:"without_key"`
			Unknown  []string `json:"unknown"`
		}
	}
	require.NoError(t, json.Unmarshal(out, &r))
	k := r.Kills
	require.Zero(t, k.Lost)
	require.Equal(t, side{Pushes: 1000, Arrived: 1000}, k.Keyed)
	require.Equal(t, 1000, k.Plain.Pushes)
	require.Zero(t, k.Plain.Doubled)
	require.LessOrEqual(t, len(k.Unknown), k.InFlight, "%s", out)
	require.GreaterOrEqual(t, k.Plain.Arrived, 1000-len(k.Unknown))
}
