package models

import "database/sql"

// Pool tells how busy the writing connections are.
func (s *Store) Pool() sql.DBStats { return s.sql.Stats() }
