package cmd

import (
	"fmt"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// openSpool opens this copy's own file for messages that come while the
// database is away: beside the SQLite file, or named after the port in the
// working folder, since several copies on one MySQL may share that.
func openSpool(s config.Settings, key string) (*bot.Spool, error) {
	path, ok := strings.CutPrefix(s.DB, "sqlite:")
	if ok {
		path += ".spool"
	} else {
		_, port, _ := strings.Cut(s.Listen, ":")
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
