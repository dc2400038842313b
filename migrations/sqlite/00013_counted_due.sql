-- Due dates that are so many working days away: since when, and how many.

-- +goose Up

ALTER TABLE assignments ADD COLUMN due_from DATETIME;
ALTER TABLE assignments ADD COLUMN due_working_days BIGINT NOT NULL DEFAULT 0;

-- +goose Down

ALTER TABLE assignments DROP COLUMN due_working_days;
ALTER TABLE assignments DROP COLUMN due_from;
