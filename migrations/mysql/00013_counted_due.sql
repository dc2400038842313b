-- Due dates that are so many working days away: since when, and how many.

-- +goose Up

SET @counted_due = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'assignments' AND column_name = 'due_from'),
    'DO 0',
    'ALTER TABLE assignments
        ADD COLUMN due_from DATETIME(6),
        ADD COLUMN due_working_days BIGINT NOT NULL DEFAULT 0');
PREPARE counted_due FROM @counted_due;
EXECUTE counted_due;
DEALLOCATE PREPARE counted_due;

-- +goose Down

ALTER TABLE assignments
    DROP COLUMN due_working_days,
    DROP COLUMN due_from;
