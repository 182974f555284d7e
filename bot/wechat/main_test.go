package wechat_test

import (
	"os"
	"testing"

	"zhenban/models/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }
