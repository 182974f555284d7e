-- The clinic talks first: what is due, what was agreed to, what staff must deal with.
-- +goose Up
ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN subject_version INT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN way TEXT NOT NULL DEFAULT '';
CREATE INDEX outbox_subject ON outbox (subject, state);
CREATE INDEX outbox_batch ON outbox (batch, state, id);

ALTER TABLE clients ADD COLUMN tier TEXT NOT NULL DEFAULT '';
ALTER TABLE patients ADD COLUMN deceased_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE tasks (
  id TEXT NOT NULL PRIMARY KEY,
  task_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL DEFAULT '',
  subject_version INT NOT NULL DEFAULT 0,
  contact_id TEXT NOT NULL DEFAULT '',
  priority SMALLINT NOT NULL,
  due_at BIGINT NOT NULL,
  useless_after BIGINT NOT NULL DEFAULT 0,
  payload BLOB,
  state TEXT NOT NULL,
  attempts INT NOT NULL DEFAULT 0,
  lease_until BIGINT NOT NULL DEFAULT 0,
  lease_owner TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tasks_key ON tasks (task_key);
CREATE INDEX tasks_due ON tasks (state, priority, due_at, id);
CREATE INDEX tasks_subject ON tasks (subject, state);

CREATE TABLE cron_slots (
  job TEXT NOT NULL,
  slot TEXT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (job, slot)
);

CREATE TABLE cases (
  id TEXT NOT NULL PRIMARY KEY,
  case_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  urgent SMALLINT NOT NULL DEFAULT 0,
  branch TEXT NOT NULL DEFAULT '',
  roles TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  contact_id TEXT NOT NULL DEFAULT '',
  details BLOB,
  state TEXT NOT NULL,
  owner TEXT NOT NULL DEFAULT '',
  result BLOB,
  due_at BIGINT NOT NULL DEFAULT 0,
  closed_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX cases_key ON cases (case_key);
CREATE INDEX cases_open ON cases (state, due_at, id);
CREATE INDEX cases_subject ON cases (subject, state);

CREATE TABLE preferences (
  contact_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  wanted SMALLINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (contact_id, kind)
);
CREATE INDEX preferences_kind ON preferences (kind, wanted, contact_id);

-- +goose Down
DROP TABLE preferences;
DROP TABLE cases;
DROP TABLE cron_slots;
DROP TABLE tasks;
