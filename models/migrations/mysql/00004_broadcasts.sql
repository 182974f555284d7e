-- What is sent to many: the text and the segment once, one row of the outbox for each person.
-- +goose Up
CREATE TABLE broadcasts (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content MEDIUMBLOB,
  messages MEDIUMBLOB,
  segment VARCHAR(1000) NOT NULL DEFAULT '',
  compiled VARCHAR(2000) NOT NULL DEFAULT '',
  certificate VARCHAR(128) NOT NULL DEFAULT '',
  author VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  author_contact VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  approver VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  reason VARCHAR(255) NOT NULL DEFAULT '',
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT NOT NULL DEFAULT 1,
  scheduled_at BIGINT NOT NULL DEFAULT 0,
  started_at BIGINT NOT NULL DEFAULT 0,
  ended_at BIGINT NOT NULL DEFAULT 0,
  reached_to VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  expanded SMALLINT NOT NULL DEFAULT 0,
  audience BIGINT NOT NULL DEFAULT 0,
  left_out MEDIUMBLOB,
  account MEDIUMBLOB,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX broadcasts_state ON broadcasts (state, id);

-- What a patient has or had, to choose whom a broadcast is for: the words only
-- as keyed indexes, to read them sealed.
CREATE TABLE patient_tags (
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tag VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  label MEDIUMBLOB,
  at BIGINT NOT NULL,
  PRIMARY KEY (patient_id, tag)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE patient_tags;
DROP TABLE broadcasts;
