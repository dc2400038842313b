-- Report rounds: what units are asked for a period, what they say, and what lead
-- units make of it. Part of the read model.

-- +goose Up

ALTER TABLE reports
    ADD COLUMN round_id VARCHAR(96) NOT NULL DEFAULT '',
    ADD COLUMN evidence LONGTEXT NOT NULL DEFAULT ('');

CREATE TABLE IF NOT EXISTS rounds (
    id VARCHAR(96) NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    title VARCHAR(255) NOT NULL,
    period VARCHAR(16) NOT NULL,
    every VARCHAR(16) NOT NULL,
    year BIGINT NOT NULL,
    version BIGINT NOT NULL,
    corrects VARCHAR(96) NOT NULL,
    reason LONGTEXT NOT NULL,
    supervisor VARCHAR(64) NOT NULL,
    status VARCHAR(32) NOT NULL,
    due_date VARCHAR(10) NOT NULL,
    due_at DATETIME(6) NOT NULL,
    compile_due_at DATETIME(6) NOT NULL,
    gathering BIGINT NOT NULL,
    sheets BIGINT NOT NULL,
    submitted BIGINT NOT NULL,
    late BIGINT NOT NULL,
    sections BIGINT NOT NULL,
    compiled BIGINT NOT NULL,
    opened_at DATETIME(6) NOT NULL,
    frozen_at DATETIME(6),
    frozen_by VARCHAR(255) NOT NULL,
    frozen_reason LONGTEXT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    content LONGTEXT NOT NULL,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    KEY rounds__opened_at__id (opened_at, id),
    KEY rounds__plan_id__opened_at__id (plan_id, opened_at, id),
    KEY rounds__corrects (corrects),
    KEY rounds__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS round_sheets (
    id VARCHAR(192) NOT NULL,
    round_id VARCHAR(96) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    unit_name VARCHAR(255) NOT NULL,
    status VARCHAR(32) NOT NULL,
    version BIGINT NOT NULL,
    late BOOLEAN NOT NULL,
    `lines` LONGTEXT NOT NULL,
    returned LONGTEXT NOT NULL,
    submitted_by VARCHAR(255) NOT NULL,
    submitted_at DATETIME(6),
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    KEY round_sheets__round_id__unit_id (round_id, unit_id),
    KEY round_sheets__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS round_sections (
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
    summary LONGTEXT NOT NULL,
    results LONGTEXT NOT NULL,
    missing LONGTEXT NOT NULL,
    compiled_by VARCHAR(255) NOT NULL,
    compiled_at DATETIME(6),
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    KEY round_sections__round_id__task_key__year__id (round_id, task_key, year, id),
    KEY round_sections__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down

DROP TABLE round_sections;
DROP TABLE round_sheets;
DROP TABLE rounds;
ALTER TABLE reports DROP COLUMN evidence, DROP COLUMN round_id;
