-- The clinic talks first: what is due, what was agreed to, what staff must deal with.
-- +goose Up
ALTER TABLE outbox ADD COLUMN kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN subject_version INT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN batch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN way VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
CREATE INDEX outbox_subject ON outbox (subject, state);
CREATE INDEX outbox_batch ON outbox (batch, state, id);

ALTER TABLE clients ADD COLUMN tier VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
ALTER TABLE patients ADD COLUMN deceased_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE tasks (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  task_key VARBINARY(191) NOT NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  subject_version INT NOT NULL DEFAULT 0,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  priority SMALLINT NOT NULL,
  due_at BIGINT NOT NULL,
  useless_after BIGINT NOT NULL DEFAULT 0,
  payload MEDIUMBLOB,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempts INT NOT NULL DEFAULT 0,
  lease_until BIGINT NOT NULL DEFAULT 0,
  lease_owner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  reason VARCHAR(255) NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX tasks_key ON tasks (task_key);
CREATE INDEX tasks_due ON tasks (state, priority, due_at, id);
CREATE INDEX tasks_subject ON tasks (subject, state);

CREATE TABLE cron_slots (
  job VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  slot VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (job, slot)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE cases (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  case_key VARBINARY(191) NOT NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  urgent SMALLINT NOT NULL DEFAULT 0,
  branch VARCHAR(32) NOT NULL DEFAULT '',
  roles VARCHAR(255) NOT NULL DEFAULT '',
  subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  details MEDIUMBLOB,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  result MEDIUMBLOB,
  due_at BIGINT NOT NULL DEFAULT 0,
  closed_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX cases_key ON cases (case_key);
CREATE INDEX cases_open ON cases (state, due_at, id);
CREATE INDEX cases_subject ON cases (subject, state);

CREATE TABLE preferences (
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  wanted SMALLINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (contact_id, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX preferences_kind ON preferences (kind, wanted, contact_id);

-- +goose Down
DROP TABLE preferences;
DROP TABLE cases;
DROP TABLE cron_slots;
DROP TABLE tasks;
