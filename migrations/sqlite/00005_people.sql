-- Who may act for whom: todos and notices to one user or to whoever holds a
-- role, stand-ins, units that were merged into others.

-- +goose Up

-- user_id is '' where not one user alone is asked; unit_id is '' where whoever
-- holds the role is.
ALTER TABLE todos ADD COLUMN user_id VARCHAR(64) NOT NULL DEFAULT '';
DROP INDEX todos__unit_id__role__due_order__since__id__kind;
CREATE INDEX todos__unit_id__role__user_id__due_order__since__id__kind ON todos (unit_id, role, user_id, due_order, since, id, kind);
CREATE INDEX todos__user_id__unit_id__due_order__since__id__kind ON todos (user_id, unit_id, due_order, since, id, kind);

ALTER TABLE notices ADD COLUMN user_id VARCHAR(64) NOT NULL DEFAULT '';
DROP INDEX notices__unit_id__role__at__id;
CREATE INDEX notices__unit_id__role__user_id__at__id ON notices (unit_id, role, user_id, at, id);
CREATE INDEX notices__user_id__unit_id__at__id ON notices (user_id, unit_id, at, id);

-- A party is a unit, or with an empty unit_id whoever holds the role.
ALTER TABLE parties ADD COLUMN role VARCHAR(32) NOT NULL DEFAULT '';
DROP INDEX parties__unit_id__instance;
CREATE UNIQUE INDEX parties__unit_id__role__instance ON parties (unit_id, role, instance);

-- user_id is represented by stand_in_id from a moment until before another.
CREATE TABLE stand_ins (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    stand_in_id VARCHAR(64) NOT NULL,
    `from` DATETIME NOT NULL,
    until DATETIME NOT NULL,
    reason VARCHAR(500) NOT NULL,
    created_by VARCHAR(64) NOT NULL,
    created_at DATETIME NOT NULL,
    ended_by VARCHAR(64) NOT NULL,
    ended_at DATETIME,
    PRIMARY KEY (id),
    FOREIGN KEY (user_id) REFERENCES users (id),
    FOREIGN KEY (stand_in_id) REFERENCES users (id)
);
CREATE INDEX stand_ins__user_id__from__id ON stand_ins (user_id, `from`, id);
CREATE INDEX stand_ins__stand_in_id__from__id ON stand_ins (stand_in_id, `from`, id);
CREATE INDEX stand_ins__from__id ON stand_ins (`from`, id);

-- merged_into is the unit that acts for one that is no more.
ALTER TABLE units ADD COLUMN merged_into VARCHAR(64) REFERENCES units (id);
CREATE INDEX units__merged_into ON units (merged_into);

-- Each merger of units as it was declared; with an empty into_id one was taken
-- back.
CREATE TABLE unit_mergers (
    id VARCHAR(64) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    into_id VARCHAR(64),
    reason VARCHAR(500) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(100) NOT NULL,
    at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (unit_id) REFERENCES units (id),
    FOREIGN KEY (into_id) REFERENCES units (id)
);
CREATE INDEX unit_mergers__unit_id__at__id ON unit_mergers (unit_id, at, id);
CREATE INDEX unit_mergers__into_id ON unit_mergers (into_id);

-- +goose Down

DROP TABLE unit_mergers;
DROP INDEX units__merged_into;
ALTER TABLE units DROP COLUMN merged_into;
DROP TABLE stand_ins;
DROP INDEX parties__unit_id__role__instance;
ALTER TABLE parties DROP COLUMN role;
CREATE UNIQUE INDEX parties__unit_id__instance ON parties (unit_id, instance);
DROP INDEX notices__user_id__unit_id__at__id;
DROP INDEX notices__unit_id__role__user_id__at__id;
ALTER TABLE notices DROP COLUMN user_id;
CREATE INDEX notices__unit_id__role__at__id ON notices (unit_id, role, at, id);
DROP INDEX todos__user_id__unit_id__due_order__since__id__kind;
DROP INDEX todos__unit_id__role__user_id__due_order__since__id__kind;
ALTER TABLE todos DROP COLUMN user_id;
CREATE INDEX todos__unit_id__role__due_order__since__id__kind ON todos (unit_id, role, due_order, since, id, kind);
