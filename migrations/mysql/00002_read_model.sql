-- The read model: what processes show, the record of what happened, and who is
-- told. All but the record and the numbers of orders can be projected again.

-- Every row names the process (instance) that shows it. IF NOT EXISTS lets a
-- step that was cut off run again, as MySQL cannot roll back a CREATE.

-- +goose Up

CREATE TABLE IF NOT EXISTS instances (
    id VARCHAR(128) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    closed BOOLEAN NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY instances__kind__id (kind, id),
    KEY instances__plan_id__id (plan_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS annual_targets (
    id VARCHAR(64) NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    task_key BIGINT NOT NULL,
    task_no VARCHAR(32) NOT NULL,
    title VARCHAR(500) NOT NULL,
    programme VARCHAR(300) NOT NULL,
    year BIGINT NOT NULL,
    status VARCHAR(32) NOT NULL,
    lead_unit VARCHAR(64) NOT NULL,
    lead_name VARCHAR(255) NOT NULL,
    detail LONGTEXT NOT NULL,
    assignments BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    overdue BIGINT NOT NULL,
    opened_at DATETIME(6) NOT NULL,
    dispatched_at DATETIME(6),
    closed_at DATETIME(6),
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    KEY annual_targets__year__task_key__id (year, task_key, id),
    KEY annual_targets__plan_id__year__task_key__id (plan_id, year, task_key, id),
    KEY annual_targets__lead_unit__year__task_key__id (lead_unit, year, task_key, id),
    KEY annual_targets__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS items (
    id VARCHAR(96) NOT NULL,
    target_id VARCHAR(64) NOT NULL,
    `key` BIGINT NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    unit_name VARCHAR(255) NOT NULL,
    content LONGTEXT NOT NULL,
    target_key VARCHAR(32) NOT NULL,
    amount BIGINT,
    measure VARCHAR(64) NOT NULL,
    due_date VARCHAR(10) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    KEY items__target_id__key (target_id, `key`),
    KEY items__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS assignments (
    id VARCHAR(64) NOT NULL,
    target_id VARCHAR(64) NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    item_key BIGINT NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    unit_name VARCHAR(255) NOT NULL,
    lead_unit VARCHAR(64) NOT NULL,
    task_no VARCHAR(32) NOT NULL,
    title VARCHAR(500) NOT NULL,
    content LONGTEXT NOT NULL,
    amount BIGINT,
    reached BIGINT,
    measure VARCHAR(64) NOT NULL,
    status VARCHAR(32) NOT NULL,
    outcome VARCHAR(32) NOT NULL,
    due_date VARCHAR(10) NOT NULL,
    first_due_date VARCHAR(10) NOT NULL,
    due_at DATETIME(6) NOT NULL,
    overdue BOOLEAN NOT NULL,
    evidence LONGTEXT NOT NULL,
    review_comment LONGTEXT NOT NULL,
    dispatched_at DATETIME(6) NOT NULL,
    acknowledged_at DATETIME(6),
    submitted_at DATETIME(6),
    closed_at DATETIME(6),
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    KEY assignments__due_at__id (due_at, id),
    KEY assignments__plan_id__due_at__id (plan_id, due_at, id),
    KEY assignments__target_id__due_at__id (target_id, due_at, id),
    KEY assignments__unit_id__due_at__id (unit_id, due_at, id),
    KEY assignments__lead_unit__due_at__id (lead_unit, due_at, id),
    KEY assignments__status__due_at__id (status, due_at, id),
    KEY assignments__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS reports (
    id VARCHAR(96) NOT NULL,
    assignment_id VARCHAR(64) NOT NULL,
    n BIGINT NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(255) NOT NULL,
    at DATETIME(6) NOT NULL,
    text LONGTEXT NOT NULL,
    percent BIGINT NOT NULL,
    amount BIGINT,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    KEY reports__assignment_id__n (assignment_id, n),
    KEY reports__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS extensions (
    id VARCHAR(96) NOT NULL,
    assignment_id VARCHAR(64) NOT NULL,
    n BIGINT NOT NULL,
    from_date VARCHAR(10) NOT NULL,
    to_date VARCHAR(10) NOT NULL,
    reason LONGTEXT NOT NULL,
    progress LONGTEXT NOT NULL,
    status VARCHAR(32) NOT NULL,
    asked_at DATETIME(6) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    KEY extensions__assignment_id__n (assignment_id, n),
    KEY extensions__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS supervisions (
    id VARCHAR(64) NOT NULL,
    assignment_id VARCHAR(64) NOT NULL,
    target_id VARCHAR(64) NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    n BIGINT NOT NULL,
    number VARCHAR(64) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    unit_name VARCHAR(255) NOT NULL,
    supervisor_unit VARCHAR(64) NOT NULL,
    title VARCHAR(255) NOT NULL,
    reason LONGTEXT NOT NULL,
    status VARCHAR(32) NOT NULL,
    outcome VARCHAR(32) NOT NULL,
    raised BOOLEAN NOT NULL,
    answer LONGTEXT NOT NULL,
    decision LONGTEXT NOT NULL,
    issued_at DATETIME(6) NOT NULL,
    reply_due_at DATETIME(6),
    answered_at DATETIME(6),
    closed_at DATETIME(6),
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    KEY supervisions__issued_at__id (issued_at, id),
    KEY supervisions__plan_id__issued_at__id (plan_id, issued_at, id),
    KEY supervisions__assignment_id__issued_at__id (assignment_id, issued_at, id),
    KEY supervisions__unit_id__issued_at__id (unit_id, issued_at, id),
    KEY supervisions__status__issued_at__id (status, issued_at, id),
    KEY supervisions__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The numbers given to orders, per year, never given twice.
CREATE TABLE IF NOT EXISTS supervision_numbers (
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    supervision VARCHAR(64) NOT NULL,
    PRIMARY KEY (year, number),
    UNIQUE KEY supervision_numbers__supervision (supervision)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sign_offs (
    id VARCHAR(96) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    title VARCHAR(255) NOT NULL,
    content LONGTEXT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    initiator VARCHAR(64) NOT NULL,
    route LONGTEXT NOT NULL,
    status VARCHAR(32) NOT NULL,
    round BIGINT NOT NULL,
    step BIGINT NOT NULL,
    opened_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY sign_offs__opened_at__id (opened_at, id),
    KEY sign_offs__kind__opened_at__id (kind, opened_at, id),
    KEY sign_offs__status__opened_at__id (status, opened_at, id),
    KEY sign_offs__initiator__opened_at__id (initiator, opened_at, id),
    KEY sign_offs__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS signers (
    id VARCHAR(160) NOT NULL,
    sign_off_id VARCHAR(96) NOT NULL,
    n BIGINT NOT NULL,
    round BIGINT NOT NULL,
    step BIGINT NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    unit_name VARCHAR(255) NOT NULL,
    role VARCHAR(32) NOT NULL,
    status VARCHAR(32) NOT NULL,
    opinion VARCHAR(32) NOT NULL,
    comment LONGTEXT NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(255) NOT NULL,
    at DATETIME(6),
    digest VARCHAR(64) NOT NULL,
    in_stead BOOLEAN NOT NULL,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    KEY signers__sign_off_id__n (sign_off_id, n),
    KEY signers__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- due_order is due_at, or the end of time where nothing is due: a page of an
-- inbox is one range of the first index.
CREATE TABLE IF NOT EXISTS todos (
    id VARCHAR(192) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    role VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    title VARCHAR(255) NOT NULL,
    resource VARCHAR(160) NOT NULL,
    since DATETIME(6) NOT NULL,
    due_at DATETIME(6),
    due_order DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY todos__unit_id__role__due_order__since__id__kind (unit_id, role, due_order, since, id, kind),
    KEY todos__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS parties (
    id VARCHAR(192) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY parties__unit_id__instance (unit_id, instance),
    KEY parties__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- text is the event as it was sealed, byte for byte; the other columns repeat
-- what records are searched by.
CREATE TABLE IF NOT EXISTS events (
    instance VARCHAR(128) NOT NULL,
    seq BIGINT NOT NULL,
    version BIGINT NOT NULL,
    type VARCHAR(64) NOT NULL,
    at DATETIME(6) NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    on_behalf_of VARCHAR(64) NOT NULL,
    command VARCHAR(255) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    text LONGTEXT NOT NULL,
    PRIMARY KEY (instance, seq),
    KEY events__at__instance__seq (at, instance, seq),
    KEY events__plan_id__at__instance__seq (plan_id, at, instance, seq),
    KEY events__user_id__at__instance__seq (user_id, at, instance, seq)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS notices (
    id VARCHAR(192) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    seq BIGINT NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    role VARCHAR(32) NOT NULL,
    kind VARCHAR(64) NOT NULL,
    title VARCHAR(1000) NOT NULL,
    title_en VARCHAR(1000) NOT NULL,
    resource VARCHAR(160) NOT NULL,
    at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY notices__unit_id__role__at__id (unit_id, role, at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- One row per notice and channel; delivered_at is null while it is on its way.
CREATE TABLE IF NOT EXISTS deliveries (
    notice_id VARCHAR(192) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    delivered_at DATETIME(6),
    PRIMARY KEY (notice_id, channel)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down

DROP TABLE deliveries;
DROP TABLE notices;
DROP TABLE events;
DROP TABLE parties;
DROP TABLE todos;
DROP TABLE signers;
DROP TABLE sign_offs;
DROP TABLE supervision_numbers;
DROP TABLE supervisions;
DROP TABLE extensions;
DROP TABLE reports;
DROP TABLE assignments;
DROP TABLE items;
DROP TABLE annual_targets;
DROP TABLE instances;
