-- The rules of a plan, version by version, and what lights are judged by.

-- +goose Up

-- The newest version holds. settled tells that every open assignment goes by it.
CREATE TABLE IF NOT EXISTS plan_rules (
    plan_id VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    version BIGINT NOT NULL,
    rules LONGTEXT NOT NULL,
    settled BOOLEAN NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(100) NOT NULL,
    at DATETIME(6) NOT NULL,
    PRIMARY KEY (plan_id, kind, version),
    KEY plan_rules__settled__kind (settled, kind),
    FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- MySQL knows no ADD COLUMN IF NOT EXISTS, so the step asks before it runs again.
SET @facts = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'assignments' AND column_name = 'ladder_version'),
    'DO 0',
    'ALTER TABLE assignments
        ADD COLUMN percent BIGINT NOT NULL DEFAULT 0,
        ADD COLUMN returns BIGINT NOT NULL DEFAULT 0,
        ADD COLUMN orders BIGINT NOT NULL DEFAULT 0,
        ADD COLUMN extended BIGINT NOT NULL DEFAULT 0,
        ADD COLUMN ladder_version BIGINT NOT NULL DEFAULT 0,
        ADD KEY assignments__plan_id__id (plan_id, id)');
PREPARE facts FROM @facts;
EXECUTE facts;
DEALLOCATE PREPARE facts;
UPDATE assignments SET
    percent = COALESCE((SELECT percent FROM reports WHERE assignment_id = assignments.id ORDER BY n DESC LIMIT 1), 0),
    orders = (SELECT COUNT(*) FROM supervisions WHERE assignment_id = assignments.id),
    extended = (SELECT COUNT(*) FROM extensions WHERE assignment_id = assignments.id AND status = 'granted');

-- +goose Down

ALTER TABLE assignments
    DROP KEY assignments__plan_id__id,
    DROP COLUMN ladder_version,
    DROP COLUMN extended,
    DROP COLUMN orders,
    DROP COLUMN returns,
    DROP COLUMN percent;
DROP TABLE plan_rules;
