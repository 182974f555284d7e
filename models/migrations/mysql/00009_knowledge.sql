-- What people asked and nothing answered, and the answers that staff keep.
-- +goose Up
CREATE TABLE questions (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  words_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  case_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  near VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  words MEDIUMBLOB NOT NULL,
  state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  answer MEDIUMBLOB,
  answered_by VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX questions_open ON questions (state, words_key, id);
CREATE INDEX questions_contact ON questions (contact_id);

CREATE TABLE knowledge (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  created_by VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE knowledge;
DROP TABLE questions;
