-- By which calendar and by which version of the plan's rule the days of a report
-- round were found. Rounds that are open already do not say so and keep theirs.

-- +goose Up

SET @round_days = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'rounds' AND column_name = 'calendar_version'),
    'DO 0',
    'ALTER TABLE rounds
        ADD COLUMN rules_version BIGINT NOT NULL DEFAULT 0,
        ADD COLUMN provisional_years VARCHAR(64),
        ADD COLUMN calendar_version BIGINT NOT NULL DEFAULT -1');
PREPARE round_days FROM @round_days;
EXECUTE round_days;
DEALLOCATE PREPARE round_days;

-- +goose Down

ALTER TABLE rounds
    DROP COLUMN calendar_version,
    DROP COLUMN provisional_years,
    DROP COLUMN rules_version;
