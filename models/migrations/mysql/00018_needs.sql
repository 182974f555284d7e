-- What a person needs beside the visit itself, and whether they read large print.
-- +goose Up
ALTER TABLE contacts ADD COLUMN needs VARBINARY(255) NULL;
ALTER TABLE contacts ADD COLUMN large BOOLEAN NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE contacts DROP COLUMN large;
ALTER TABLE contacts DROP COLUMN needs;
