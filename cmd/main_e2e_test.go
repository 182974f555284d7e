package cmd_test

import (
	"os"
	"testing"

	"zhenban/models/storetest"
)

// TestMain stops the MariaDB that tests shared and looks for what was left running.
func TestMain(m *testing.M) {
	code := storetest.Main(m)
	removeBinary()
	os.Exit(code)
}
