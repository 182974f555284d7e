package cmd

import (
	"strings"

	"zhenban/config"
	"zhenban/media"
	"zhenban/models"
)

// openMedia opens the folder of pictures and documents: the one that is set,
// or beside the database. Copies on one MySQL are given one they share.
func openMedia(s config.Settings, store *models.Store) (media.Store, error) {
	dir := s.Media
	if file, ok := strings.CutPrefix(s.DB, "sqlite:"); dir == "" && ok {
		dir = file + ".media"
	} else if dir == "" {
		dir = "zhenban-media"
	}
	return media.Open(dir, store.Sealer())
}
