-- What waits for a contact is found in the order in which it goes out.
-- +goose Up
CREATE INDEX outbox_order ON outbox (contact_id, state, priority, id);
DROP INDEX outbox_contact;

-- +goose Down
CREATE INDEX outbox_contact ON outbox (contact_id, state, id);
DROP INDEX outbox_order;
