package cmd

import (
	"fmt"
	"net"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// openSpool opens this copy's own file for messages that come while the
// database is away: beside the SQLite file, or named after the port in the
// working folder, since several copies on one MySQL may share that. path, if
// given, is taken instead.
func openSpool(path string, s config.Settings, key string) (*bot.Spool, error) {
	if file, ok := strings.CutPrefix(s.DB, "sqlite:"); path == "" && ok {
		path = file + ".spool"
	} else if path == "" {
		_, port, err := net.SplitHostPort(s.Listen)
		if err != nil {
			return nil, fmt.Errorf("listen %q: %w", s.Listen, err)
		}
		path = "zhenban-" + port + ".spool"
	}
	cipher, err := models.ParseDataKey(key)
	if err != nil {
		return nil, err
	}
	spool, err := bot.OpenSpool(bot.SpoolOptions{Path: path, Cipher: cipher})
	if err != nil {
		return nil, fmt.Errorf("spool %s: %w", path, err)
	}
	return spool, nil
}
