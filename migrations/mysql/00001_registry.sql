-- The registry: units, people, policies, plans, calendars.

-- Times are UTC. Unique keys are named table__column__column: the store reads
-- the columns of a violation out of the name. IF NOT EXISTS lets a step that was
-- cut off run again, as MySQL cannot roll back a CREATE.

-- +goose Up

CREATE TABLE IF NOT EXISTS units (
    id VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    short_name VARCHAR(100) NOT NULL,
    level VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    position BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY units__name (name),
    KEY units__position (position)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS unit_groups (
    id VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY unit_groups__name (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS unit_group_members (
    group_id VARCHAR(64) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (group_id, unit_id),
    KEY unit_group_members__unit_id (unit_id),
    FOREIGN KEY (group_id) REFERENCES unit_groups (id),
    FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS unit_aliases (
    alias VARCHAR(200) NOT NULL,
    unit_id VARCHAR(64),
    group_id VARCHAR(64),
    reason VARCHAR(500) NOT NULL,
    PRIMARY KEY (alias),
    KEY unit_aliases__unit_id (unit_id),
    KEY unit_aliases__group_id (group_id),
    FOREIGN KEY (unit_id) REFERENCES units (id),
    FOREIGN KEY (group_id) REFERENCES unit_groups (id),
    CHECK ((unit_id IS NULL) <> (group_id IS NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS users (
    id VARCHAR(64) NOT NULL,
    login VARCHAR(100) NOT NULL,
    name VARCHAR(100) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    active BOOLEAN NOT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY users__login (login),
    KEY users__unit_id (unit_id),
    FOREIGN KEY (unit_id) REFERENCES units (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS user_roles (
    user_id VARCHAR(64) NOT NULL,
    role VARCHAR(32) NOT NULL,
    PRIMARY KEY (user_id, role),
    FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS tokens (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    label VARCHAR(200) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    revoked_at DATETIME(6),
    last_used_at DATETIME(6),
    PRIMARY KEY (id),
    UNIQUE KEY tokens__hash (hash),
    KEY tokens__user_id (user_id),
    FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS policies (
    id VARCHAR(64) NOT NULL,
    title VARCHAR(500) NOT NULL,
    document_no VARCHAR(200) NOT NULL,
    status VARCHAR(64) NOT NULL,
    source_name VARCHAR(300) NOT NULL,
    media_type VARCHAR(150) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    draft LONGTEXT,
    created_by VARCHAR(64) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    content LONGBLOB NOT NULL,
    PRIMARY KEY (id),
    KEY policies__sha256 (sha256),
    KEY policies__created_at (created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS plans (
    id VARCHAR(64) NOT NULL,
    policy_id VARCHAR(64) NOT NULL,
    title VARCHAR(500) NOT NULL,
    status VARCHAR(16) NOT NULL,
    start_year BIGINT NOT NULL,
    end_year BIGINT NOT NULL,
    time_zone VARCHAR(64) NOT NULL,
    supervisor_unit_id VARCHAR(64),
    settings LONGTEXT,
    version BIGINT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    published_at DATETIME(6),
    published_by VARCHAR(64) NOT NULL,
    PRIMARY KEY (id),
    KEY plans__policy_id (policy_id),
    KEY plans__supervisor_unit_id (supervisor_unit_id),
    KEY plans__created_at (created_at),
    FOREIGN KEY (policy_id) REFERENCES policies (id),
    FOREIGN KEY (supervisor_unit_id) REFERENCES units (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS programmes (
    plan_id VARCHAR(64) NOT NULL,
    `key` VARCHAR(16) NOT NULL,
    section VARCHAR(300) NOT NULL,
    name VARCHAR(300) NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (plan_id, `key`),
    FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS tasks (
    plan_id VARCHAR(64) NOT NULL,
    `key` BIGINT NOT NULL,
    programme_key VARCHAR(16),
    no VARCHAR(32) NOT NULL,
    section VARCHAR(300) NOT NULL,
    title VARCHAR(500) NOT NULL,
    text LONGTEXT NOT NULL,
    mode VARCHAR(16) NOT NULL,
    deadline VARCHAR(10) NOT NULL,
    position BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (plan_id, `key`),
    KEY tasks__plan_id__programme_key (plan_id, programme_key),
    FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE,
    FOREIGN KEY (plan_id, programme_key) REFERENCES programmes (plan_id, `key`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS task_units (
    plan_id VARCHAR(64) NOT NULL,
    task_key BIGINT NOT NULL,
    role VARCHAR(16) NOT NULL,
    position BIGINT NOT NULL,
    written VARCHAR(300) NOT NULL,
    unit_id VARCHAR(64),
    group_id VARCHAR(64),
    PRIMARY KEY (plan_id, task_key, role, position),
    KEY task_units__unit_id (unit_id),
    KEY task_units__group_id (group_id),
    FOREIGN KEY (plan_id, task_key) REFERENCES tasks (plan_id, `key`) ON DELETE CASCADE,
    FOREIGN KEY (unit_id) REFERENCES units (id),
    FOREIGN KEY (group_id) REFERENCES unit_groups (id),
    CHECK (unit_id IS NULL OR group_id IS NULL)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS task_targets (
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
    data LONGTEXT NOT NULL,
    PRIMARY KEY (plan_id, task_key, `key`),
    FOREIGN KEY (plan_id, task_key) REFERENCES tasks (plan_id, `key`) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS calendar_years (
    year BIGINT NOT NULL,
    source VARCHAR(300) NOT NULL,
    provisional BOOLEAN NOT NULL,
    data LONGTEXT NOT NULL,
    loaded_at DATETIME(6) NOT NULL,
    loaded_by VARCHAR(64) NOT NULL,
    PRIMARY KEY (year)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS settings (
    `key` VARCHAR(100) NOT NULL,
    value LONGTEXT NOT NULL,
    PRIMARY KEY (`key`)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS locks (
    name VARCHAR(64) NOT NULL,
    PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

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
