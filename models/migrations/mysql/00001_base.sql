-- The base: who talks, what was said, what is booked. Times are Unix milliseconds in UTC.
-- +goose Up
CREATE TABLE contacts (
  id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  channel VARCHAR(16) NOT NULL,
  address VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  language VARCHAR(16) NOT NULL DEFAULT '',
  display MEDIUMBLOB,
  consent_version VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  reach VARCHAR(16) NOT NULL DEFAULT 'reachable',
  window_until BIGINT NOT NULL DEFAULT 0,
  client_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE turns (
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT NOT NULL,
  msg_key VARBINARY(191) NOT NULL,
  at BIGINT NOT NULL,
  inbound MEDIUMBLOB,
  answer MEDIUMBLOB,
  flow VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  state MEDIUMBLOB,
  PRIMARY KEY (contact_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX turns_key ON turns (msg_key);

CREATE TABLE outbox (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  msg_key VARBINARY(191) NOT NULL,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  priority SMALLINT NOT NULL,
  not_before BIGINT NOT NULL,
  useless_after BIGINT NOT NULL DEFAULT 0,
  body MEDIUMBLOB,
  opens VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  state VARCHAR(16) NOT NULL,
  attempts INT NOT NULL DEFAULT 0,
  lease_until BIGINT NOT NULL DEFAULT 0,
  lease_owner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  sent_seq BIGINT,
  receipt VARCHAR(255) NOT NULL DEFAULT '',
  error VARCHAR(255) NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX outbox_key ON outbox (msg_key);
CREATE INDEX outbox_due ON outbox (channel, state, priority, not_before, id);
CREATE INDEX outbox_contact ON outbox (contact_id, state, id);
CREATE INDEX outbox_state ON outbox (state);
CREATE UNIQUE INDEX outbox_sent ON outbox (contact_id, sent_seq);

CREATE TABLE outbox_attempts (
  outbox_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempt INT NOT NULL,
  at BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  error VARCHAR(255) NOT NULL DEFAULT '',
  PRIMARY KEY (outbox_id, attempt)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE clients (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  identifier VARCHAR(64),
  name MEDIUMBLOB,
  phone MEDIUMBLOB,
  phone_index VARCHAR(64) NOT NULL DEFAULT '',
  emergency MEDIUMBLOB,
  language VARCHAR(16) NOT NULL DEFAULT '',
  needs VARCHAR(64) NOT NULL DEFAULT '',
  verified SMALLINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX clients_identifier ON clients (identifier);
CREATE INDEX clients_phone ON clients (phone_index);

CREATE TABLE patients (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  client_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  identifier VARCHAR(64),
  kind VARCHAR(16) NOT NULL,
  name MEDIUMBLOB,
  species VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  breed MEDIUMBLOB,
  sex VARCHAR(16) NOT NULL DEFAULT '',
  neutered VARCHAR(16) NOT NULL DEFAULT '',
  birth_date VARCHAR(16) NOT NULL DEFAULT '',
  weight_grams INT NOT NULL DEFAULT 0,
  relation VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  history MEDIUMBLOB,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX patients_identifier ON patients (identifier);
CREATE INDEX patients_client ON patients (client_id, id);

CREATE TABLE bindings (
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  client_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  how VARCHAR(16) NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (contact_id, client_id, patient_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX bindings_client ON bindings (client_id);

CREATE TABLE codes (
  hash VARCHAR(64) NOT NULL PRIMARY KEY,
  purpose VARCHAR(16) NOT NULL,
  subject VARCHAR(255) NOT NULL,
  created_by VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL DEFAULT 0,
  used_by VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX codes_expiry ON codes (expires_at);

CREATE TABLE consents (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  wording MEDIUMBLOB,
  agreed SMALLINT NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX consents_contact ON consents (contact_id, kind, at);

CREATE TABLE clinic_profiles (
  version INT NOT NULL PRIMARY KEY,
  source VARCHAR(255) NOT NULL,
  body MEDIUMBLOB,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE appointments (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  number VARCHAR(16) NOT NULL,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  client_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  patient_name MEDIUMBLOB,
  species VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  phone MEDIUMBLOB,
  branch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  service VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  practitioner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  resources VARCHAR(255) NOT NULL DEFAULT '',
  start_at BIGINT NOT NULL,
  end_at BIGINT NOT NULL,
  status VARCHAR(16) NOT NULL,
  note MEDIUMBLOB,
  first_visit SMALLINT NOT NULL DEFAULT 0,
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX appointments_number ON appointments (number);
CREATE INDEX appointments_contact ON appointments (contact_id, start_at);
CREATE INDEX appointments_client ON appointments (client_id, start_at);
CREATE INDEX appointments_practitioner ON appointments (practitioner, start_at);
CREATE INDEX appointments_patient ON appointments (patient_id, start_at);
CREATE INDEX appointments_start ON appointments (start_at, id);

CREATE TABLE claims (
  resource_id VARCHAR(64) NOT NULL,
  cell BIGINT NOT NULL,
  owner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  expires_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (resource_id, cell)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX claims_owner ON claims (owner);

CREATE TABLE busy_words (
  resource_id VARCHAR(64) NOT NULL,
  word BIGINT NOT NULL,
  bits BIGINT NOT NULL,
  PRIMARY KEY (resource_id, word)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE holds (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  slot MEDIUMBLOB,
  expires_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX holds_contact ON holds (contact_id, expires_at);
CREATE INDEX holds_expiry ON holds (expires_at);

CREATE TABLE waits (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  patient_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  patient_name MEDIUMBLOB,
  species VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  service VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  branch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  practitioner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  state VARCHAR(16) NOT NULL,
  hold_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  offered_until BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX waits_open ON waits (state, to_at);
CREATE INDEX waits_contact ON waits (contact_id, state);

CREATE TABLE staff (
  id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  name VARCHAR(64) NOT NULL,
  role VARCHAR(16) NOT NULL,
  branch VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  practitioner VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  active SMALLINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE staff_contacts (
  contact_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  staff_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX staff_contacts_staff ON staff_contacts (staff_id);

CREATE TABLE shared_values (
  name VARCHAR(64) NOT NULL PRIMARY KEY,
  value MEDIUMBLOB,
  expires_at BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- +goose Down
DROP TABLE shared_values;
DROP TABLE staff_contacts;
DROP TABLE staff;
DROP TABLE waits;
DROP TABLE holds;
DROP TABLE busy_words;
DROP TABLE claims;
DROP TABLE appointments;
DROP TABLE clinic_profiles;
DROP TABLE consents;
DROP TABLE codes;
DROP TABLE bindings;
DROP TABLE patients;
DROP TABLE clients;
DROP TABLE outbox_attempts;
DROP TABLE outbox;
DROP TABLE turns;
DROP TABLE contacts;
