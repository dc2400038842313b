-- The rules of a plan, version by version, and what lights are judged by.

-- +goose Up

-- The newest version holds. settled tells that every open assignment goes by it.
CREATE TABLE plan_rules (
    plan_id VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    version BIGINT NOT NULL,
    rules TEXT NOT NULL,
    settled BOOLEAN NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(100) NOT NULL,
    at DATETIME NOT NULL,
    PRIMARY KEY (plan_id, kind, version),
    FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE
);
CREATE INDEX plan_rules__settled__kind ON plan_rules (settled, kind);

ALTER TABLE assignments ADD COLUMN percent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE assignments ADD COLUMN returns BIGINT NOT NULL DEFAULT 0;
ALTER TABLE assignments ADD COLUMN orders BIGINT NOT NULL DEFAULT 0;
ALTER TABLE assignments ADD COLUMN extended BIGINT NOT NULL DEFAULT 0;
ALTER TABLE assignments ADD COLUMN ladder_version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX assignments__plan_id__id ON assignments (plan_id, id);
UPDATE assignments SET
    percent = COALESCE((SELECT percent FROM reports WHERE assignment_id = assignments.id ORDER BY n DESC LIMIT 1), 0),
    orders = (SELECT COUNT(*) FROM supervisions WHERE assignment_id = assignments.id),
    extended = (SELECT COUNT(*) FROM extensions WHERE assignment_id = assignments.id AND status = 'granted');

-- +goose Down

DROP INDEX assignments__plan_id__id;
ALTER TABLE assignments DROP COLUMN ladder_version;
ALTER TABLE assignments DROP COLUMN extended;
ALTER TABLE assignments DROP COLUMN orders;
ALTER TABLE assignments DROP COLUMN returns;
ALTER TABLE assignments DROP COLUMN percent;
DROP TABLE plan_rules;
