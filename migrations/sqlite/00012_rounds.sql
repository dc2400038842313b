-- Report rounds: what units are asked for a period, what they say, and what lead
-- units make of it. Part of the read model.

-- +goose Up

ALTER TABLE reports ADD COLUMN round_id VARCHAR(96) NOT NULL DEFAULT '';
ALTER TABLE reports ADD COLUMN evidence TEXT NOT NULL DEFAULT '';

CREATE TABLE rounds (
    id VARCHAR(96) NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    title VARCHAR(255) NOT NULL,
    period VARCHAR(16) NOT NULL,
    every VARCHAR(16) NOT NULL,
    year BIGINT NOT NULL,
    version BIGINT NOT NULL,
    corrects VARCHAR(96) NOT NULL,
    reason TEXT NOT NULL,
    supervisor VARCHAR(64) NOT NULL,
    status VARCHAR(32) NOT NULL,
    due_date VARCHAR(10) NOT NULL,
    due_at DATETIME NOT NULL,
    compile_due_at DATETIME NOT NULL,
    gathering BIGINT NOT NULL,
    sheets BIGINT NOT NULL,
    submitted BIGINT NOT NULL,
    late BIGINT NOT NULL,
    sections BIGINT NOT NULL,
    compiled BIGINT NOT NULL,
    opened_at DATETIME NOT NULL,
    frozen_at DATETIME,
    frozen_by VARCHAR(255) NOT NULL,
    frozen_reason TEXT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    content TEXT NOT NULL,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX rounds__opened_at__id ON rounds (opened_at, id);
CREATE INDEX rounds__plan_id__opened_at__id ON rounds (plan_id, opened_at, id);
CREATE INDEX rounds__corrects ON rounds (corrects);
CREATE INDEX rounds__instance ON rounds (instance);

CREATE TABLE round_sheets (
    id VARCHAR(192) NOT NULL,
    round_id VARCHAR(96) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    unit_name VARCHAR(255) NOT NULL,
    status VARCHAR(32) NOT NULL,
    version BIGINT NOT NULL,
    late BOOLEAN NOT NULL,
    `lines` TEXT NOT NULL,
    returned TEXT NOT NULL,
    submitted_by VARCHAR(255) NOT NULL,
    submitted_at DATETIME,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX round_sheets__round_id__unit_id ON round_sheets (round_id, unit_id);
CREATE INDEX round_sheets__instance ON round_sheets (instance);

CREATE TABLE round_sections (
    id VARCHAR(192) NOT NULL,
    round_id VARCHAR(96) NOT NULL,
    target_id VARCHAR(64) NOT NULL,
    task_key BIGINT NOT NULL,
    task_no VARCHAR(32) NOT NULL,
    title VARCHAR(500) NOT NULL,
    programme VARCHAR(300) NOT NULL,
    year BIGINT NOT NULL,
    lead_unit VARCHAR(64) NOT NULL,
    lead_name VARCHAR(255) NOT NULL,
    ready BOOLEAN NOT NULL,
    compiled BOOLEAN NOT NULL,
    summary TEXT NOT NULL,
    results TEXT NOT NULL,
    missing TEXT NOT NULL,
    compiled_by VARCHAR(255) NOT NULL,
    compiled_at DATETIME,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX round_sections__round_id__task_key__year__id ON round_sections (round_id, task_key, year, id);
CREATE INDEX round_sections__instance ON round_sections (instance);

-- +goose Down

DROP TABLE round_sections;
DROP TABLE round_sheets;
DROP TABLE rounds;
ALTER TABLE reports DROP COLUMN evidence;
ALTER TABLE reports DROP COLUMN round_id;
