-- The read model: what processes show, the record of what happened, and who is
-- told. All but the record and the numbers of orders can be projected again.

-- Every row names the process (instance) that shows it.

-- +goose Up

CREATE TABLE instances (
    id VARCHAR(128) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    version BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    closed BOOLEAN NOT NULL,
    updated_at DATETIME NOT NULL,
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE INDEX instances__kind__id ON instances (kind, id);
CREATE INDEX instances__plan_id__id ON instances (plan_id, id);

CREATE TABLE annual_targets (
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
    detail TEXT NOT NULL,
    assignments BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    overdue BIGINT NOT NULL,
    opened_at DATETIME NOT NULL,
    dispatched_at DATETIME,
    closed_at DATETIME,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX annual_targets__year__task_key__id ON annual_targets (year, task_key, id);
CREATE INDEX annual_targets__plan_id__year__task_key__id ON annual_targets (plan_id, year, task_key, id);
CREATE INDEX annual_targets__lead_unit__year__task_key__id ON annual_targets (lead_unit, year, task_key, id);
CREATE INDEX annual_targets__instance ON annual_targets (instance);

CREATE TABLE items (
    id VARCHAR(96) NOT NULL,
    target_id VARCHAR(64) NOT NULL,
    `key` BIGINT NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    unit_name VARCHAR(255) NOT NULL,
    content TEXT NOT NULL,
    target_key VARCHAR(32) NOT NULL,
    amount BIGINT,
    measure VARCHAR(64) NOT NULL,
    due_date VARCHAR(10) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX items__target_id__key ON items (target_id, `key`);
CREATE INDEX items__instance ON items (instance);

CREATE TABLE assignments (
    id VARCHAR(64) NOT NULL,
    target_id VARCHAR(64) NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    item_key BIGINT NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    unit_name VARCHAR(255) NOT NULL,
    lead_unit VARCHAR(64) NOT NULL,
    task_no VARCHAR(32) NOT NULL,
    title VARCHAR(500) NOT NULL,
    content TEXT NOT NULL,
    amount BIGINT,
    reached BIGINT,
    measure VARCHAR(64) NOT NULL,
    status VARCHAR(32) NOT NULL,
    outcome VARCHAR(32) NOT NULL,
    due_date VARCHAR(10) NOT NULL,
    first_due_date VARCHAR(10) NOT NULL,
    due_at DATETIME NOT NULL,
    overdue BOOLEAN NOT NULL,
    evidence TEXT NOT NULL,
    review_comment TEXT NOT NULL,
    dispatched_at DATETIME NOT NULL,
    acknowledged_at DATETIME,
    submitted_at DATETIME,
    closed_at DATETIME,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX assignments__due_at__id ON assignments (due_at, id);
CREATE INDEX assignments__plan_id__due_at__id ON assignments (plan_id, due_at, id);
CREATE INDEX assignments__target_id__due_at__id ON assignments (target_id, due_at, id);
CREATE INDEX assignments__unit_id__due_at__id ON assignments (unit_id, due_at, id);
CREATE INDEX assignments__lead_unit__due_at__id ON assignments (lead_unit, due_at, id);
CREATE INDEX assignments__status__due_at__id ON assignments (status, due_at, id);
CREATE INDEX assignments__instance ON assignments (instance);

CREATE TABLE reports (
    id VARCHAR(96) NOT NULL,
    assignment_id VARCHAR(64) NOT NULL,
    n BIGINT NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(255) NOT NULL,
    at DATETIME NOT NULL,
    text TEXT NOT NULL,
    percent BIGINT NOT NULL,
    amount BIGINT,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX reports__assignment_id__n ON reports (assignment_id, n);
CREATE INDEX reports__instance ON reports (instance);

CREATE TABLE extensions (
    id VARCHAR(96) NOT NULL,
    assignment_id VARCHAR(64) NOT NULL,
    n BIGINT NOT NULL,
    from_date VARCHAR(10) NOT NULL,
    to_date VARCHAR(10) NOT NULL,
    reason TEXT NOT NULL,
    progress TEXT NOT NULL,
    status VARCHAR(32) NOT NULL,
    asked_at DATETIME NOT NULL,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX extensions__assignment_id__n ON extensions (assignment_id, n);
CREATE INDEX extensions__instance ON extensions (instance);

CREATE TABLE supervisions (
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
    reason TEXT NOT NULL,
    status VARCHAR(32) NOT NULL,
    outcome VARCHAR(32) NOT NULL,
    raised BOOLEAN NOT NULL,
    answer TEXT NOT NULL,
    decision TEXT NOT NULL,
    issued_at DATETIME NOT NULL,
    reply_due_at DATETIME,
    answered_at DATETIME,
    closed_at DATETIME,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX supervisions__issued_at__id ON supervisions (issued_at, id);
CREATE INDEX supervisions__plan_id__issued_at__id ON supervisions (plan_id, issued_at, id);
CREATE INDEX supervisions__assignment_id__issued_at__id ON supervisions (assignment_id, issued_at, id);
CREATE INDEX supervisions__unit_id__issued_at__id ON supervisions (unit_id, issued_at, id);
CREATE INDEX supervisions__status__issued_at__id ON supervisions (status, issued_at, id);
CREATE INDEX supervisions__instance ON supervisions (instance);

-- The numbers given to orders, per year, never given twice.
CREATE TABLE supervision_numbers (
    year BIGINT NOT NULL,
    number BIGINT NOT NULL,
    supervision VARCHAR(64) NOT NULL,
    PRIMARY KEY (year, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX supervision_numbers__supervision ON supervision_numbers (supervision);

CREATE TABLE sign_offs (
    id VARCHAR(96) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    title VARCHAR(255) NOT NULL,
    content TEXT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    initiator VARCHAR(64) NOT NULL,
    route TEXT NOT NULL,
    status VARCHAR(32) NOT NULL,
    round BIGINT NOT NULL,
    step BIGINT NOT NULL,
    opened_at DATETIME NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX sign_offs__opened_at__id ON sign_offs (opened_at, id);
CREATE INDEX sign_offs__kind__opened_at__id ON sign_offs (kind, opened_at, id);
CREATE INDEX sign_offs__status__opened_at__id ON sign_offs (status, opened_at, id);
CREATE INDEX sign_offs__initiator__opened_at__id ON sign_offs (initiator, opened_at, id);
CREATE INDEX sign_offs__instance ON sign_offs (instance);

CREATE TABLE signers (
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
    comment TEXT NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(255) NOT NULL,
    at DATETIME,
    digest VARCHAR(64) NOT NULL,
    in_stead BOOLEAN NOT NULL,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX signers__sign_off_id__n ON signers (sign_off_id, n);
CREATE INDEX signers__instance ON signers (instance);

-- due_order is due_at, or the end of time where nothing is due: a page of an
-- inbox is one range of the first index.
CREATE TABLE todos (
    id VARCHAR(192) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    role VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    title VARCHAR(255) NOT NULL,
    resource VARCHAR(160) NOT NULL,
    since DATETIME NOT NULL,
    due_at DATETIME,
    due_order DATETIME NOT NULL,
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE INDEX todos__unit_id__role__due_order__since__id__kind ON todos (unit_id, role, due_order, since, id, kind);
CREATE INDEX todos__instance ON todos (instance);

CREATE TABLE parties (
    id VARCHAR(192) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX parties__unit_id__instance ON parties (unit_id, instance);
CREATE INDEX parties__instance ON parties (instance);

-- text is the event as it was sealed, byte for byte; the other columns repeat
-- what records are searched by.
CREATE TABLE events (
    instance VARCHAR(128) NOT NULL,
    seq BIGINT NOT NULL,
    version BIGINT NOT NULL,
    type VARCHAR(64) NOT NULL,
    at DATETIME NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    on_behalf_of VARCHAR(64) NOT NULL,
    command VARCHAR(255) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (instance, seq)
);
CREATE INDEX events__at__instance__seq ON events (at, instance, seq);
CREATE INDEX events__plan_id__at__instance__seq ON events (plan_id, at, instance, seq);
CREATE INDEX events__user_id__at__instance__seq ON events (user_id, at, instance, seq);

CREATE TABLE notices (
    id VARCHAR(192) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    seq BIGINT NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    role VARCHAR(32) NOT NULL,
    kind VARCHAR(64) NOT NULL,
    title VARCHAR(1000) NOT NULL,
    title_en VARCHAR(1000) NOT NULL,
    resource VARCHAR(160) NOT NULL,
    at DATETIME NOT NULL,
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE INDEX notices__unit_id__role__at__id ON notices (unit_id, role, at, id);

-- One row per notice and channel; delivered_at is null while it is on its way.
CREATE TABLE deliveries (
    notice_id VARCHAR(192) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    created_at DATETIME NOT NULL,
    delivered_at DATETIME,
    PRIMARY KEY (notice_id, channel)
) WITHOUT ROWID;

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
