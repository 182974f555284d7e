-- What people asked and nothing answered, and the answers that staff keep.
-- +goose Up
CREATE TABLE questions (
  id TEXT NOT NULL PRIMARY KEY,
  words_key TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  case_id TEXT NOT NULL,
  near TEXT NOT NULL,
  words BLOB NOT NULL,
  state TEXT NOT NULL,
  answer BLOB,
  answered_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX questions_open ON questions (state, words_key, id);
CREATE INDEX questions_contact ON questions (contact_id);

CREATE TABLE knowledge (
  id TEXT NOT NULL PRIMARY KEY,
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE knowledge;
DROP TABLE questions;
