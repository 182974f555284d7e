-- What is sent to many: the text and the segment once, one row of the outbox for each person.
-- +goose Up
CREATE TABLE broadcasts (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  content BLOB,
  messages BLOB,
  segment TEXT NOT NULL DEFAULT '',
  compiled TEXT NOT NULL DEFAULT '',
  certificate TEXT NOT NULL DEFAULT '',
  author TEXT NOT NULL,
  author_contact TEXT NOT NULL,
  approver TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  version INT NOT NULL DEFAULT 1,
  scheduled_at BIGINT NOT NULL DEFAULT 0,
  started_at BIGINT NOT NULL DEFAULT 0,
  ended_at BIGINT NOT NULL DEFAULT 0,
  reached_to TEXT NOT NULL DEFAULT '',
  expanded SMALLINT NOT NULL DEFAULT 0,
  audience BIGINT NOT NULL DEFAULT 0,
  left_out BLOB,
  account BLOB,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX broadcasts_state ON broadcasts (state, id);

-- What a patient has or had, to choose whom a broadcast is for: the words only
-- as keyed indexes, to read them sealed.
CREATE TABLE patient_tags (
  patient_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  label BLOB,
  at BIGINT NOT NULL,
  PRIMARY KEY (patient_id, tag)
);

-- +goose Down
DROP TABLE patient_tags;
DROP TABLE broadcasts;
