-- Who put right what in the draft of a policy, and which policy is a newer
-- version of which.

-- +goose Up

CREATE TABLE IF NOT EXISTS policy_corrections (
    policy_id VARCHAR(64) NOT NULL,
    seq BIGINT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    payload LONGTEXT NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(100) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    unit_name VARCHAR(200) NOT NULL,
    at DATETIME(6) NOT NULL,
    from_seq BIGINT NOT NULL,
    PRIMARY KEY (policy_id, seq),
    FOREIGN KEY (policy_id) REFERENCES policies (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- MySQL knows no ADD COLUMN IF NOT EXISTS, so the step asks before it runs again.
-- original stays NULL as long as nobody has corrected the draft.
SET @corrections = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'policies' AND column_name = 'previous_id'),
    'DO 0',
    'ALTER TABLE policies
        ADD COLUMN previous_id VARCHAR(64),
        ADD COLUMN version BIGINT NOT NULL DEFAULT 1,
        ADD COLUMN original LONGTEXT,
        ADD COLUMN comparison LONGTEXT,
        ADD KEY policies__previous_id (previous_id),
        ADD CONSTRAINT policies__previous FOREIGN KEY (previous_id) REFERENCES policies (id)');
PREPARE corrections FROM @corrections;
EXECUTE corrections;
DEALLOCATE PREPARE corrections;

-- +goose Down

ALTER TABLE policies
    DROP FOREIGN KEY policies__previous,
    DROP KEY policies__previous_id,
    DROP COLUMN previous_id,
    DROP COLUMN version,
    DROP COLUMN original,
    DROP COLUMN comparison;
DROP TABLE policy_corrections;
