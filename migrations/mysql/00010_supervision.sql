-- What supervisors look for: levels, promises and parts of orders, what comes
-- next, and later dates counted per unit.

-- MySQL knows no ADD COLUMN IF NOT EXISTS, so each table is asked before it is
-- changed: a step that was cut off runs again.

-- +goose Up

SET @supervision = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'supervisions' AND column_name = 'joint_id'),
    'DO 0',
    'ALTER TABLE supervisions
        ADD COLUMN level VARCHAR(16) NOT NULL DEFAULT ''order'',
        ADD COLUMN joint_id VARCHAR(64) NOT NULL DEFAULT '''',
        ADD COLUMN acknowledged_at DATETIME(6),
        ADD COLUMN measures LONGTEXT NOT NULL DEFAULT (''''),
        ADD COLUMN promise_date VARCHAR(10) NOT NULL DEFAULT '''',
        ADD COLUMN promise_broken BOOLEAN NOT NULL DEFAULT 0,
        ADD COLUMN next_step VARCHAR(32) NOT NULL DEFAULT '''',
        ADD COLUMN next_at DATETIME(6),
        ADD COLUMN talk_at DATETIME(6),
        ADD COLUMN urges BIGINT NOT NULL DEFAULT 0,
        ADD COLUMN detail LONGTEXT NOT NULL DEFAULT (''{}''),
        ADD KEY supervisions__joint_id__id (joint_id, id),
        ADD KEY supervisions__level__issued_at__id (level, issued_at, id),
        ADD KEY supervisions__assignment_id__closed_at__level (assignment_id, closed_at, level)');
PREPARE supervision FROM @supervision;
EXECUTE supervision;
DEALLOCATE PREPARE supervision;
UPDATE supervisions SET next_step = 'answer', next_at = reply_due_at WHERE status IN ('issued', 'returned');
UPDATE supervisions SET next_step = 'decide' WHERE status = 'answered';

SET @supervision = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'assignments' AND column_name = 'next_step'),
    'DO 0',
    'ALTER TABLE assignments
        ADD COLUMN next_step VARCHAR(32) NOT NULL DEFAULT '''',
        ADD COLUMN next_at DATETIME(6),
        ADD COLUMN urges BIGINT NOT NULL DEFAULT 0,
        ADD COLUMN urged_at DATETIME(6),
        ADD COLUMN handovers LONGTEXT NOT NULL DEFAULT (''''),
        ADD COLUMN extension_leave LONGTEXT NOT NULL DEFAULT (''''),
        ADD KEY assignments__overdue__due_date__id (overdue, due_date, id),
        ADD KEY assignments__overdue__unit_id__due_date__id (overdue, unit_id, due_date, id),
        ADD KEY assignments__plan_id__overdue__due_date__id (plan_id, overdue, due_date, id)');
PREPARE supervision FROM @supervision;
EXECUTE supervision;
DEALLOCATE PREPARE supervision;

SET @supervision = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'extensions' AND column_name = 'days'),
    'DO 0',
    'ALTER TABLE extensions
        ADD COLUMN plan_id VARCHAR(64) NOT NULL DEFAULT '''',
        ADD COLUMN unit_id VARCHAR(64) NOT NULL DEFAULT '''',
        ADD COLUMN unit_name VARCHAR(255) NOT NULL DEFAULT '''',
        ADD COLUMN days BIGINT NOT NULL DEFAULT 0,
        ADD KEY extensions__plan_id__unit_id (plan_id, unit_id)');
PREPARE supervision FROM @supervision;
EXECUTE supervision;
DEALLOCATE PREPARE supervision;
UPDATE extensions SET
    plan_id = COALESCE((SELECT plan_id FROM assignments WHERE id = assignment_id), ''),
    unit_id = COALESCE((SELECT unit_id FROM assignments WHERE id = assignment_id), ''),
    unit_name = COALESCE((SELECT unit_name FROM assignments WHERE id = assignment_id), ''),
    days = DATEDIFF(to_date, from_date);

-- +goose Down

ALTER TABLE extensions
    DROP KEY extensions__plan_id__unit_id,
    DROP COLUMN days,
    DROP COLUMN unit_name,
    DROP COLUMN unit_id,
    DROP COLUMN plan_id;
ALTER TABLE assignments
    DROP KEY assignments__plan_id__overdue__due_date__id,
    DROP KEY assignments__overdue__unit_id__due_date__id,
    DROP KEY assignments__overdue__due_date__id,
    DROP COLUMN extension_leave,
    DROP COLUMN handovers,
    DROP COLUMN urged_at,
    DROP COLUMN urges,
    DROP COLUMN next_at,
    DROP COLUMN next_step;
ALTER TABLE supervisions
    DROP KEY supervisions__assignment_id__closed_at__level,
    DROP KEY supervisions__level__issued_at__id,
    DROP KEY supervisions__joint_id__id,
    DROP COLUMN detail,
    DROP COLUMN urges,
    DROP COLUMN talk_at,
    DROP COLUMN next_at,
    DROP COLUMN next_step,
    DROP COLUMN promise_broken,
    DROP COLUMN promise_date,
    DROP COLUMN measures,
    DROP COLUMN acknowledged_at,
    DROP COLUMN joint_id,
    DROP COLUMN level;
