-- Everything around a visit: what was said about it, offers from the wait list, doctors' calendars.
-- +goose Up
ALTER TABLE appointments ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN late_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN intake_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN moved_from VARCHAR(1024) NOT NULL DEFAULT '';
ALTER TABLE appointments ADD COLUMN disowned_by VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

CREATE TABLE visit_notes (
  appointment_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  body MEDIUMBLOB,
  author VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  at BIGINT NOT NULL,
  PRIMARY KEY (appointment_id, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE wait_offers (
  wait_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  practitioner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  start_at BIGINT NOT NULL,
  end_at BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (wait_id, practitioner, start_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE calendar_feeds (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  practitioner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_by VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX calendar_feeds_practitioner ON calendar_feeds (practitioner, revoked_at);

-- +goose Down
DROP TABLE calendar_feeds;
DROP TABLE wait_offers;
DROP TABLE visit_notes;
ALTER TABLE appointments DROP COLUMN disowned_by;
ALTER TABLE appointments DROP COLUMN moved_from;
ALTER TABLE appointments DROP COLUMN intake_at;
ALTER TABLE appointments DROP COLUMN late_at;
ALTER TABLE appointments DROP COLUMN confirmed_at;
