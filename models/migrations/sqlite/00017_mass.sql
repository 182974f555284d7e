-- One call that sends a message to many: what it was, and what the platform reported of it.
-- +goose Up
CREATE TABLE mass_sends (
  id TEXT NOT NULL PRIMARY KEY,
  channel TEXT NOT NULL,
  batch TEXT NOT NULL,
  language TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  total INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  begun_at INTEGER NOT NULL,
  lease_until INTEGER NOT NULL DEFAULT 0,
  lease_owner TEXT NOT NULL DEFAULT '',
  hold_until INTEGER NOT NULL DEFAULT 0,
  receipt TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  updated_at INTEGER NOT NULL
);
CREATE INDEX mass_sends_batch ON mass_sends (batch);
CREATE INDEX mass_sends_due ON mass_sends (channel, state, lease_until);
CREATE INDEX mass_sends_day ON mass_sends (channel, begun_at);

CREATE TABLE mass_reports (
  channel TEXT NOT NULL,
  receipt TEXT NOT NULL,
  fault TEXT NOT NULL DEFAULT '',
  total INTEGER NOT NULL,
  filtered INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (channel, receipt)
);

-- +goose Down
DROP TABLE mass_reports;
DROP TABLE mass_sends;
