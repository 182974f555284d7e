package wechat_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"
)

// The library's root package turns the global logrus to Debug on stdout in its
// init, and its server prints whole messages. Neither may be linked in.
func TestLibraryIsSilent(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output() //nolint:gosec // a fixed command
	require.NoError(t, err)
	for dep := range strings.SplitSeq(string(out), "\n") {
		require.NotEqual(t, "github.com/silenceper/wechat/v2", dep)
		require.NotEqual(t, "github.com/silenceper/wechat/v2/officialaccount/server", dep)
		require.NotEqual(t, "github.com/sirupsen/logrus", dep)
	}
	require.Equal(t, logrus.InfoLevel, logrus.GetLevel(), "nobody turned it to Debug")
}
