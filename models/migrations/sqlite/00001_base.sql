-- The base: who talks, what was said, what is booked. Times are Unix milliseconds in UTC.
-- +goose Up
CREATE TABLE contacts (
  id TEXT NOT NULL PRIMARY KEY,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  language TEXT NOT NULL DEFAULT '',
  display BLOB,
  consent_version TEXT NOT NULL DEFAULT '',
  reach TEXT NOT NULL DEFAULT 'reachable',
  window_until BIGINT NOT NULL DEFAULT 0,
  client_id TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE turns (
  contact_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  msg_key TEXT NOT NULL,
  at BIGINT NOT NULL,
  inbound BLOB,
  answer BLOB,
  flow TEXT NOT NULL DEFAULT '',
  state BLOB,
  PRIMARY KEY (contact_id, seq)
);
CREATE UNIQUE INDEX turns_key ON turns (msg_key);

CREATE TABLE outbox (
  id TEXT NOT NULL PRIMARY KEY,
  msg_key TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  priority SMALLINT NOT NULL,
  not_before BIGINT NOT NULL,
  useless_after BIGINT NOT NULL DEFAULT 0,
  body BLOB,
  opens TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  attempts INT NOT NULL DEFAULT 0,
  lease_until BIGINT NOT NULL DEFAULT 0,
  lease_owner TEXT NOT NULL DEFAULT '',
  sent_seq BIGINT,
  receipt TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX outbox_key ON outbox (msg_key);
CREATE INDEX outbox_due ON outbox (channel, state, priority, not_before, id);
CREATE INDEX outbox_contact ON outbox (contact_id, state, id);
CREATE INDEX outbox_state ON outbox (state);
CREATE UNIQUE INDEX outbox_sent ON outbox (contact_id, sent_seq);

CREATE TABLE outbox_attempts (
  outbox_id TEXT NOT NULL,
  attempt INT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  error TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (outbox_id, attempt)
);

CREATE TABLE clients (
  id TEXT NOT NULL PRIMARY KEY,
  identifier TEXT,
  name BLOB,
  phone BLOB,
  phone_index TEXT NOT NULL DEFAULT '',
  emergency BLOB,
  language TEXT NOT NULL DEFAULT '',
  needs TEXT NOT NULL DEFAULT '',
  verified SMALLINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX clients_identifier ON clients (identifier);
CREATE INDEX clients_phone ON clients (phone_index);

CREATE TABLE patients (
  id TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL,
  identifier TEXT,
  kind TEXT NOT NULL,
  name BLOB,
  species TEXT NOT NULL DEFAULT '',
  breed BLOB,
  sex TEXT NOT NULL DEFAULT '',
  neutered TEXT NOT NULL DEFAULT '',
  birth_date TEXT NOT NULL DEFAULT '',
  weight_grams INT NOT NULL DEFAULT 0,
  relation TEXT NOT NULL DEFAULT '',
  history BLOB,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX patients_identifier ON patients (identifier);
CREATE INDEX patients_client ON patients (client_id, id);

CREATE TABLE bindings (
  contact_id TEXT NOT NULL,
  client_id TEXT NOT NULL,
  patient_id TEXT NOT NULL DEFAULT '',
  how TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (contact_id, client_id, patient_id)
);
CREATE INDEX bindings_client ON bindings (client_id);

CREATE TABLE codes (
  hash TEXT NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  subject TEXT NOT NULL,
  created_by TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL DEFAULT 0,
  used_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX codes_expiry ON codes (expires_at);

CREATE TABLE consents (
  id TEXT NOT NULL PRIMARY KEY,
  contact_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  wording BLOB,
  agreed SMALLINT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX consents_contact ON consents (contact_id, kind, at);

CREATE TABLE clinic_profiles (
  version INT NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  body BLOB,
  at BIGINT NOT NULL
);

CREATE TABLE appointments (
  id TEXT NOT NULL PRIMARY KEY,
  number TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  client_id TEXT NOT NULL DEFAULT '',
  patient_id TEXT NOT NULL DEFAULT '',
  patient_name BLOB,
  species TEXT NOT NULL DEFAULT '',
  phone BLOB,
  branch TEXT NOT NULL,
  service TEXT NOT NULL,
  practitioner TEXT NOT NULL,
  resources TEXT NOT NULL DEFAULT '',
  start_at BIGINT NOT NULL,
  end_at BIGINT NOT NULL,
  status TEXT NOT NULL,
  note BLOB,
  first_visit SMALLINT NOT NULL DEFAULT 0,
  version INT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX appointments_number ON appointments (number);
CREATE INDEX appointments_contact ON appointments (contact_id, start_at);
CREATE INDEX appointments_client ON appointments (client_id, start_at);
CREATE INDEX appointments_practitioner ON appointments (practitioner, start_at);
CREATE INDEX appointments_patient ON appointments (patient_id, start_at);
CREATE INDEX appointments_start ON appointments (start_at, id);

CREATE TABLE claims (
  resource_id TEXT NOT NULL,
  cell BIGINT NOT NULL,
  owner TEXT NOT NULL,
  expires_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (resource_id, cell)
) WITHOUT ROWID;
CREATE INDEX claims_owner ON claims (owner);

CREATE TABLE busy_words (
  resource_id TEXT NOT NULL,
  word BIGINT NOT NULL,
  bits BIGINT NOT NULL,
  PRIMARY KEY (resource_id, word)
) WITHOUT ROWID;

CREATE TABLE holds (
  id TEXT NOT NULL PRIMARY KEY,
  contact_id TEXT NOT NULL,
  slot BLOB,
  expires_at BIGINT NOT NULL
);
CREATE INDEX holds_contact ON holds (contact_id, expires_at);
CREATE INDEX holds_expiry ON holds (expires_at);

CREATE TABLE waits (
  id TEXT NOT NULL PRIMARY KEY,
  contact_id TEXT NOT NULL,
  patient_id TEXT NOT NULL DEFAULT '',
  patient_name BLOB,
  species TEXT NOT NULL DEFAULT '',
  service TEXT NOT NULL,
  branch TEXT NOT NULL DEFAULT '',
  practitioner TEXT NOT NULL DEFAULT '',
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  hold_id TEXT NOT NULL DEFAULT '',
  offered_until BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX waits_open ON waits (state, to_at);
CREATE INDEX waits_contact ON waits (contact_id, state);

CREATE TABLE staff (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  branch TEXT NOT NULL DEFAULT '',
  practitioner TEXT NOT NULL DEFAULT '',
  active SMALLINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
);

CREATE TABLE staff_contacts (
  contact_id TEXT NOT NULL PRIMARY KEY,
  staff_id TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX staff_contacts_staff ON staff_contacts (staff_id);

CREATE TABLE shared_values (
  name TEXT NOT NULL PRIMARY KEY,
  value BLOB,
  expires_at BIGINT NOT NULL DEFAULT 0
);

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
