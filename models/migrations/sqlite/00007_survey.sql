-- What people say of their visits, what they may read, whom the clinic invites.
-- +goose Up
CREATE TABLE approvals (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  hash TEXT NOT NULL,
  approved SMALLINT NOT NULL,
  decided_by TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (kind, id, hash)
);

CREATE TABLE surveys (
  id TEXT NOT NULL PRIMARY KEY,
  survey_key TEXT NOT NULL,
  wave TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  appointment_id TEXT NOT NULL DEFAULT '',
  branch TEXT NOT NULL DEFAULT '',
  service TEXT NOT NULL DEFAULT '',
  practitioner TEXT NOT NULL DEFAULT '',
  month TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  state TEXT NOT NULL
);
CREATE UNIQUE INDEX surveys_key ON surveys (survey_key);
CREATE INDEX surveys_appointment ON surveys (appointment_id);
CREATE INDEX surveys_month ON surveys (month, wave);

CREATE TABLE survey_contacts (
  contact_id TEXT NOT NULL PRIMARY KEY,
  asked_at BIGINT NOT NULL
);

-- An anonymous answer has no survey, contact, patient or visit, a random id, and its month for a time: without a rowid
-- not even the order of arrival is kept.
CREATE TABLE survey_answers (
  id TEXT NOT NULL PRIMARY KEY,
  survey_id TEXT NOT NULL DEFAULT '',
  wave TEXT NOT NULL,
  contact_id TEXT NOT NULL DEFAULT '',
  patient_id TEXT NOT NULL DEFAULT '',
  appointment_id TEXT NOT NULL DEFAULT '',
  branch TEXT NOT NULL DEFAULT '',
  service TEXT NOT NULL DEFAULT '',
  practitioner TEXT NOT NULL DEFAULT '',
  month TEXT NOT NULL,
  overall SMALLINT NOT NULL,
  result SMALLINT NOT NULL DEFAULT 0,
  care SMALLINT NOT NULL DEFAULT 0,
  environment SMALLINT NOT NULL DEFAULT 0,
  convenience SMALLINT NOT NULL DEFAULT 0,
  words BLOB,
  anonymous SMALLINT NOT NULL DEFAULT 0,
  at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX survey_answers_month ON survey_answers (month);
CREATE INDEX survey_answers_survey ON survey_answers (survey_id);

CREATE TABLE tip_topics (
  contact_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (contact_id, topic)
);

CREATE TABLE tip_sent (
  contact_id TEXT NOT NULL,
  tip_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (contact_id, tip_id)
);

CREATE TABLE invitations (
  occasion TEXT NOT NULL,
  client_id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (occasion, client_id)
);
CREATE INDEX invitations_contact ON invitations (contact_id, occasion);

-- +goose Down
DROP TABLE invitations;
DROP TABLE tip_sent;
DROP TABLE tip_topics;
DROP TABLE survey_answers;
DROP TABLE survey_contacts;
DROP TABLE surveys;
DROP TABLE approvals;
