-- Who may act for whom: todos and notices to one user or to whoever holds a
-- role, stand-ins, units that were merged into others.

-- MySQL knows no ADD COLUMN IF NOT EXISTS, so each table is asked before it is
-- changed: a step that was cut off runs again.

-- +goose Up

-- user_id is '' where not one user alone is asked; unit_id is '' where whoever
-- holds the role is.
SET @people = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'todos' AND column_name = 'user_id'),
    'DO 0',
    'ALTER TABLE todos
        ADD COLUMN user_id VARCHAR(64) NOT NULL DEFAULT '''',
        DROP KEY todos__unit_id__role__due_order__since__id__kind,
        ADD KEY todos__unit_id__role__user_id__due_order__since__id__kind (unit_id, role, user_id, due_order, since, id, kind),
        ADD KEY todos__user_id__unit_id__due_order__since__id__kind (user_id, unit_id, due_order, since, id, kind)');
PREPARE people FROM @people;
EXECUTE people;
DEALLOCATE PREPARE people;

SET @people = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'notices' AND column_name = 'user_id'),
    'DO 0',
    'ALTER TABLE notices
        ADD COLUMN user_id VARCHAR(64) NOT NULL DEFAULT '''',
        DROP KEY notices__unit_id__role__at__id,
        ADD KEY notices__unit_id__role__user_id__at__id (unit_id, role, user_id, at, id),
        ADD KEY notices__user_id__unit_id__at__id (user_id, unit_id, at, id)');
PREPARE people FROM @people;
EXECUTE people;
DEALLOCATE PREPARE people;

-- A party is a unit, or with an empty unit_id whoever holds the role.
SET @people = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'parties' AND column_name = 'role'),
    'DO 0',
    'ALTER TABLE parties
        ADD COLUMN role VARCHAR(32) NOT NULL DEFAULT '''',
        DROP KEY parties__unit_id__instance,
        ADD UNIQUE KEY parties__unit_id__role__instance (unit_id, role, instance)');
PREPARE people FROM @people;
EXECUTE people;
DEALLOCATE PREPARE people;

-- user_id is represented by stand_in_id from a moment until before another.
CREATE TABLE IF NOT EXISTS stand_ins (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    stand_in_id VARCHAR(64) NOT NULL,
    `from` DATETIME(6) NOT NULL,
    until DATETIME(6) NOT NULL,
    reason VARCHAR(500) NOT NULL,
    created_by VARCHAR(64) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    ended_by VARCHAR(64) NOT NULL,
    ended_at DATETIME(6),
    PRIMARY KEY (id),
    KEY stand_ins__user_id__from__id (user_id, `from`, id),
    KEY stand_ins__stand_in_id__from__id (stand_in_id, `from`, id),
    KEY stand_ins__from__id (`from`, id),
    FOREIGN KEY (user_id) REFERENCES users (id),
    FOREIGN KEY (stand_in_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- merged_into is the unit that acts for one that is no more.
SET @people = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'units' AND column_name = 'merged_into'),
    'DO 0',
    'ALTER TABLE units
        ADD COLUMN merged_into VARCHAR(64),
        ADD KEY units__merged_into (merged_into),
        ADD CONSTRAINT units__merged_into_unit FOREIGN KEY (merged_into) REFERENCES units (id)');
PREPARE people FROM @people;
EXECUTE people;
DEALLOCATE PREPARE people;

-- Each merger of units as it was declared; with an empty into_id one was taken
-- back.
CREATE TABLE IF NOT EXISTS unit_mergers (
    id VARCHAR(64) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    into_id VARCHAR(64),
    reason VARCHAR(500) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(100) NOT NULL,
    at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY unit_mergers__unit_id__at__id (unit_id, at, id),
    KEY unit_mergers__into_id (into_id),
    FOREIGN KEY (unit_id) REFERENCES units (id),
    FOREIGN KEY (into_id) REFERENCES units (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down

DROP TABLE unit_mergers;
ALTER TABLE units
    DROP FOREIGN KEY units__merged_into_unit,
    DROP KEY units__merged_into,
    DROP COLUMN merged_into;
DROP TABLE stand_ins;
ALTER TABLE parties
    DROP KEY parties__unit_id__role__instance,
    DROP COLUMN role,
    ADD UNIQUE KEY parties__unit_id__instance (unit_id, instance);
ALTER TABLE notices
    DROP KEY notices__user_id__unit_id__at__id,
    DROP KEY notices__unit_id__role__user_id__at__id,
    DROP COLUMN user_id,
    ADD KEY notices__unit_id__role__at__id (unit_id, role, at, id);
ALTER TABLE todos
    DROP KEY todos__user_id__unit_id__due_order__since__id__kind,
    DROP KEY todos__unit_id__role__user_id__due_order__since__id__kind,
    DROP COLUMN user_id,
    ADD KEY todos__unit_id__role__due_order__since__id__kind (unit_id, role, due_order, since, id, kind);
