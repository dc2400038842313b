-- By which calendar and by which version of the plan's rule the days of a report
-- round were found. Rounds that are open already do not say so and keep theirs.

-- +goose Up

ALTER TABLE rounds ADD COLUMN rules_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rounds ADD COLUMN provisional_years VARCHAR(64);
ALTER TABLE rounds ADD COLUMN calendar_version BIGINT NOT NULL DEFAULT -1;

-- +goose Down

ALTER TABLE rounds DROP COLUMN calendar_version;
ALTER TABLE rounds DROP COLUMN provisional_years;
ALTER TABLE rounds DROP COLUMN rules_version;
