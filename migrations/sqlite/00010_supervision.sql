-- What supervisors look for: levels, promises and parts of orders, what comes
-- next, and later dates counted per unit.

-- +goose Up

ALTER TABLE supervisions ADD COLUMN level VARCHAR(16) NOT NULL DEFAULT 'order';
ALTER TABLE supervisions ADD COLUMN joint_id VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE supervisions ADD COLUMN acknowledged_at DATETIME;
ALTER TABLE supervisions ADD COLUMN measures TEXT NOT NULL DEFAULT '';
ALTER TABLE supervisions ADD COLUMN promise_date VARCHAR(10) NOT NULL DEFAULT '';
ALTER TABLE supervisions ADD COLUMN promise_broken BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE supervisions ADD COLUMN next_step VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE supervisions ADD COLUMN next_at DATETIME;
ALTER TABLE supervisions ADD COLUMN talk_at DATETIME;
ALTER TABLE supervisions ADD COLUMN urges BIGINT NOT NULL DEFAULT 0;
ALTER TABLE supervisions ADD COLUMN detail TEXT NOT NULL DEFAULT '{}';
UPDATE supervisions SET next_step = 'answer', next_at = reply_due_at WHERE status IN ('issued', 'returned');
UPDATE supervisions SET next_step = 'decide' WHERE status = 'answered';
CREATE INDEX supervisions__joint_id__id ON supervisions (joint_id, id);
CREATE INDEX supervisions__level__issued_at__id ON supervisions (level, issued_at, id);
CREATE INDEX supervisions__assignment_id__closed_at__level ON supervisions (assignment_id, closed_at, level);

ALTER TABLE assignments ADD COLUMN next_step VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE assignments ADD COLUMN next_at DATETIME;
ALTER TABLE assignments ADD COLUMN urges BIGINT NOT NULL DEFAULT 0;
ALTER TABLE assignments ADD COLUMN urged_at DATETIME;
ALTER TABLE assignments ADD COLUMN handovers TEXT NOT NULL DEFAULT '';
ALTER TABLE assignments ADD COLUMN extension_leave TEXT NOT NULL DEFAULT '';
CREATE INDEX assignments__overdue__due_date__id ON assignments (overdue, due_date, id);
CREATE INDEX assignments__overdue__unit_id__due_date__id ON assignments (overdue, unit_id, due_date, id);
CREATE INDEX assignments__plan_id__overdue__due_date__id ON assignments (plan_id, overdue, due_date, id);

ALTER TABLE extensions ADD COLUMN plan_id VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE extensions ADD COLUMN unit_id VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE extensions ADD COLUMN unit_name VARCHAR(255) NOT NULL DEFAULT '';
ALTER TABLE extensions ADD COLUMN days BIGINT NOT NULL DEFAULT 0;
UPDATE extensions SET
    plan_id = COALESCE((SELECT plan_id FROM assignments WHERE id = assignment_id), ''),
    unit_id = COALESCE((SELECT unit_id FROM assignments WHERE id = assignment_id), ''),
    unit_name = COALESCE((SELECT unit_name FROM assignments WHERE id = assignment_id), ''),
    days = CAST(julianday(to_date) - julianday(from_date) AS INTEGER);
CREATE INDEX extensions__plan_id__unit_id ON extensions (plan_id, unit_id);

-- +goose Down

DROP INDEX extensions__plan_id__unit_id;
ALTER TABLE extensions DROP COLUMN days;
ALTER TABLE extensions DROP COLUMN unit_name;
ALTER TABLE extensions DROP COLUMN unit_id;
ALTER TABLE extensions DROP COLUMN plan_id;
DROP INDEX assignments__plan_id__overdue__due_date__id;
DROP INDEX assignments__overdue__unit_id__due_date__id;
DROP INDEX assignments__overdue__due_date__id;
ALTER TABLE assignments DROP COLUMN extension_leave;
ALTER TABLE assignments DROP COLUMN handovers;
ALTER TABLE assignments DROP COLUMN urged_at;
ALTER TABLE assignments DROP COLUMN urges;
ALTER TABLE assignments DROP COLUMN next_at;
ALTER TABLE assignments DROP COLUMN next_step;
DROP INDEX supervisions__assignment_id__closed_at__level;
DROP INDEX supervisions__level__issued_at__id;
DROP INDEX supervisions__joint_id__id;
ALTER TABLE supervisions DROP COLUMN detail;
ALTER TABLE supervisions DROP COLUMN urges;
ALTER TABLE supervisions DROP COLUMN talk_at;
ALTER TABLE supervisions DROP COLUMN next_at;
ALTER TABLE supervisions DROP COLUMN next_step;
ALTER TABLE supervisions DROP COLUMN promise_broken;
ALTER TABLE supervisions DROP COLUMN promise_date;
ALTER TABLE supervisions DROP COLUMN measures;
ALTER TABLE supervisions DROP COLUMN acknowledged_at;
ALTER TABLE supervisions DROP COLUMN joint_id;
ALTER TABLE supervisions DROP COLUMN level;
