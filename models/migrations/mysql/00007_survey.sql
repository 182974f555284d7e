-- What people say of their visits, what they may read, whom the clinic invites.
-- +goose Up
CREATE TABLE approvals (
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  approved SMALLINT NOT NULL,
  decided_by VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (kind, id, hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE surveys (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  survey_key VARBINARY(191) NOT NULL,
  wave VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  appointment_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  branch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  service VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  practitioner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  month VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  asked_at BIGINT NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX surveys_key ON surveys (survey_key);
CREATE INDEX surveys_appointment ON surveys (appointment_id);
CREATE INDEX surveys_month ON surveys (month, wave);

CREATE TABLE survey_contacts (
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  asked_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- An anonymous answer has no survey, contact, patient or visit, a random id, and its month for a time.
CREATE TABLE survey_answers (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  survey_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  wave VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  appointment_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  branch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  service VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  practitioner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  month VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  overall SMALLINT NOT NULL,
  result SMALLINT NOT NULL DEFAULT 0,
  care SMALLINT NOT NULL DEFAULT 0,
  environment SMALLINT NOT NULL DEFAULT 0,
  convenience SMALLINT NOT NULL DEFAULT 0,
  words MEDIUMBLOB,
  anonymous SMALLINT NOT NULL DEFAULT 0,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX survey_answers_month ON survey_answers (month);
CREATE INDEX survey_answers_survey ON survey_answers (survey_id);

CREATE TABLE tip_topics (
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  topic VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (contact_id, topic)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE tip_sent (
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tip_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (contact_id, tip_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE invitations (
  occasion VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  client_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (occasion, client_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX invitations_contact ON invitations (contact_id, occasion);

-- +goose Down
DROP TABLE invitations;
DROP TABLE tip_sent;
DROP TABLE tip_topics;
DROP TABLE survey_answers;
DROP TABLE survey_contacts;
DROP TABLE surveys;
DROP TABLE approvals;
