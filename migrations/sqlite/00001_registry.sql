-- The registry: units, people, policies, plans, calendars.

-- Times are text, UTC, "2026-01-31 09:00:00.000000". Unique keys are named
-- table__column__column, as errors are read back from MySQL by these names.

-- +goose Up

CREATE TABLE units (
    id VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    short_name VARCHAR(100) NOT NULL,
    level VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    position BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX units__name ON units (name);
CREATE INDEX units__position ON units (position);

CREATE TABLE unit_groups (
    id VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX unit_groups__name ON unit_groups (name);

CREATE TABLE unit_group_members (
    group_id VARCHAR(64) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (group_id, unit_id),
    FOREIGN KEY (group_id) REFERENCES unit_groups (id),
    FOREIGN KEY (unit_id) REFERENCES units (id)
);
CREATE INDEX unit_group_members__unit_id ON unit_group_members (unit_id);

CREATE TABLE unit_aliases (
    alias VARCHAR(200) NOT NULL,
    unit_id VARCHAR(64),
    group_id VARCHAR(64),
    reason VARCHAR(500) NOT NULL,
    PRIMARY KEY (alias),
    FOREIGN KEY (unit_id) REFERENCES units (id),
    FOREIGN KEY (group_id) REFERENCES unit_groups (id),
    CHECK ((unit_id IS NULL) <> (group_id IS NULL))
);
CREATE INDEX unit_aliases__unit_id ON unit_aliases (unit_id);
CREATE INDEX unit_aliases__group_id ON unit_aliases (group_id);

CREATE TABLE users (
    id VARCHAR(64) NOT NULL,
    login VARCHAR(100) NOT NULL,
    name VARCHAR(100) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    active BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (unit_id) REFERENCES units (id)
);
CREATE UNIQUE INDEX users__login ON users (login);
CREATE INDEX users__unit_id ON users (unit_id);

CREATE TABLE user_roles (
    user_id VARCHAR(64) NOT NULL,
    role VARCHAR(32) NOT NULL,
    PRIMARY KEY (user_id, role),
    FOREIGN KEY (user_id) REFERENCES users (id)
);

CREATE TABLE tokens (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    label VARCHAR(200) NOT NULL,
    created_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    revoked_at DATETIME,
    last_used_at DATETIME,
    PRIMARY KEY (id),
    FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE UNIQUE INDEX tokens__hash ON tokens (hash);
CREATE INDEX tokens__user_id ON tokens (user_id);

CREATE TABLE policies (
    id VARCHAR(64) NOT NULL,
    title VARCHAR(500) NOT NULL,
    document_no VARCHAR(200) NOT NULL,
    status VARCHAR(64) NOT NULL,
    source_name VARCHAR(300) NOT NULL,
    media_type VARCHAR(150) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    draft TEXT,
    created_by VARCHAR(64) NOT NULL,
    created_at DATETIME NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX policies__sha256 ON policies (sha256);
CREATE INDEX policies__created_at ON policies (created_at);

CREATE TABLE plans (
    id VARCHAR(64) NOT NULL,
    policy_id VARCHAR(64) NOT NULL,
    title VARCHAR(500) NOT NULL,
    status VARCHAR(16) NOT NULL,
    start_year BIGINT NOT NULL,
    end_year BIGINT NOT NULL,
    time_zone VARCHAR(64) NOT NULL,
    supervisor_unit_id VARCHAR(64),
    settings TEXT,
    version BIGINT NOT NULL,
    created_at DATETIME NOT NULL,
    published_at DATETIME,
    published_by VARCHAR(64) NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY (policy_id) REFERENCES policies (id),
    FOREIGN KEY (supervisor_unit_id) REFERENCES units (id)
);
CREATE INDEX plans__policy_id ON plans (policy_id);
CREATE INDEX plans__supervisor_unit_id ON plans (supervisor_unit_id);
CREATE INDEX plans__created_at ON plans (created_at);

CREATE TABLE programmes (
    plan_id VARCHAR(64) NOT NULL,
    `key` VARCHAR(16) NOT NULL,
    section VARCHAR(300) NOT NULL,
    name VARCHAR(300) NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (plan_id, `key`),
    FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE
);

CREATE TABLE tasks (
    plan_id VARCHAR(64) NOT NULL,
    `key` BIGINT NOT NULL,
    programme_key VARCHAR(16),
    no VARCHAR(32) NOT NULL,
    section VARCHAR(300) NOT NULL,
    title VARCHAR(500) NOT NULL,
    text TEXT NOT NULL,
    mode VARCHAR(16) NOT NULL,
    deadline VARCHAR(10) NOT NULL,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (plan_id, `key`),
    FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE,
    FOREIGN KEY (plan_id, programme_key) REFERENCES programmes (plan_id, `key`)
);
CREATE INDEX tasks__plan_id__programme_key ON tasks (plan_id, programme_key);

CREATE TABLE task_units (
    plan_id VARCHAR(64) NOT NULL,
    task_key BIGINT NOT NULL,
    role VARCHAR(16) NOT NULL,
    position BIGINT NOT NULL,
    written VARCHAR(300) NOT NULL,
    unit_id VARCHAR(64),
    group_id VARCHAR(64),
    PRIMARY KEY (plan_id, task_key, role, position),
    FOREIGN KEY (plan_id, task_key) REFERENCES tasks (plan_id, `key`) ON DELETE CASCADE,
    FOREIGN KEY (unit_id) REFERENCES units (id),
    FOREIGN KEY (group_id) REFERENCES unit_groups (id),
    CHECK (unit_id IS NULL OR group_id IS NULL)
);
CREATE INDEX task_units__unit_id ON task_units (unit_id);
CREATE INDEX task_units__group_id ON task_units (group_id);

CREATE TABLE task_targets (
    plan_id VARCHAR(64) NOT NULL,
    task_key BIGINT NOT NULL,
    `key` VARCHAR(16) NOT NULL,
    position BIGINT NOT NULL,
    kind VARCHAR(16) NOT NULL,
    metric VARCHAR(500) NOT NULL,
    op VARCHAR(4) NOT NULL,
    value BIGINT,
    value_max BIGINT,
    measure VARCHAR(64) NOT NULL,
    deadline VARCHAR(10) NOT NULL,
    year BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (plan_id, task_key, `key`),
    FOREIGN KEY (plan_id, task_key) REFERENCES tasks (plan_id, `key`) ON DELETE CASCADE
);

CREATE TABLE calendar_years (
    year BIGINT NOT NULL,
    source VARCHAR(300) NOT NULL,
    provisional BOOLEAN NOT NULL,
    data TEXT NOT NULL,
    loaded_at DATETIME NOT NULL,
    loaded_by VARCHAR(64) NOT NULL,
    PRIMARY KEY (year)
);

CREATE TABLE settings (
    `key` VARCHAR(100) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (`key`)
);

CREATE TABLE locks (
    name VARCHAR(64) NOT NULL,
    PRIMARY KEY (name)
);

-- +goose Down

DROP TABLE locks;
DROP TABLE settings;
DROP TABLE calendar_years;
DROP TABLE task_targets;
DROP TABLE task_units;
DROP TABLE tasks;
DROP TABLE programmes;
DROP TABLE plans;
DROP TABLE policies;
DROP TABLE tokens;
DROP TABLE user_roles;
DROP TABLE users;
DROP TABLE unit_aliases;
DROP TABLE unit_group_members;
DROP TABLE unit_groups;
DROP TABLE units;
