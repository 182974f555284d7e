-- Everything around a visit: what was said about it, offers from the wait list, doctors' calendars.
-- +goose Up
ALTER TABLE appointments ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN late_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN intake_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN moved_from TEXT NOT NULL DEFAULT '';
ALTER TABLE appointments ADD COLUMN disowned_by TEXT NOT NULL DEFAULT '';

CREATE TABLE visit_notes (
  appointment_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  body BLOB,
  author TEXT NOT NULL DEFAULT '',
  at BIGINT NOT NULL,
  PRIMARY KEY (appointment_id, kind)
);

CREATE TABLE wait_offers (
  wait_id TEXT NOT NULL,
  practitioner TEXT NOT NULL,
  start_at BIGINT NOT NULL,
  end_at BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (wait_id, practitioner, start_at)
);

CREATE TABLE calendar_feeds (
  id TEXT NOT NULL PRIMARY KEY,
  practitioner TEXT NOT NULL,
  created_by TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL DEFAULT 0
);
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
