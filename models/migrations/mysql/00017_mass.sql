-- One call that sends a message to many: what it was, and what the platform reported of it.
-- +goose Up
CREATE TABLE mass_sends (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  batch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  language VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  state VARCHAR(16) NOT NULL,
  total BIGINT NOT NULL,
  attempts INT NOT NULL DEFAULT 0,
  begun_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL DEFAULT 0,
  lease_owner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  hold_until BIGINT NOT NULL DEFAULT 0,
  receipt VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  error VARCHAR(255) NOT NULL DEFAULT '',
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX mass_sends_batch ON mass_sends (batch);
CREATE INDEX mass_sends_due ON mass_sends (channel, state, lease_until);
CREATE INDEX mass_sends_day ON mass_sends (channel, begun_at);

CREATE TABLE mass_reports (
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  receipt VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  fault VARCHAR(64) NOT NULL DEFAULT '',
  total BIGINT NOT NULL,
  filtered BIGINT NOT NULL,
  sent BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (channel, receipt)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE mass_reports;
DROP TABLE mass_sends;
