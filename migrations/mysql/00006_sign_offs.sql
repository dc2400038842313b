-- Sign-offs in full: how each signer came to be asked and how his opinion was
-- given, due moments of steps, copies to others, and the routes of a plan.

-- +goose Up

ALTER TABLE sign_offs
    ADD COLUMN initiator_name VARCHAR(255) NOT NULL DEFAULT '',
    ADD COLUMN supervisor VARCHAR(64) NOT NULL DEFAULT '',
    ADD COLUMN template_id VARCHAR(64) NOT NULL DEFAULT '',
    ADD COLUMN template_version BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN carry_over BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN due_at DATETIME(6),
    ADD COLUMN overdue BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE signers
    ADD COLUMN asked_user VARCHAR(64) NOT NULL DEFAULT '',
    ADD COLUMN weight BIGINT NOT NULL DEFAULT 1,
    ADD COLUMN asked_at DATETIME(6),
    ADD COLUMN attachments LONGTEXT NOT NULL DEFAULT (''),
    ADD COLUMN by_unit VARCHAR(255) NOT NULL DEFAULT '',
    ADD COLUMN on_behalf_of VARCHAR(64) NOT NULL DEFAULT '',
    ADD COLUMN return_to BIGINT,
    ADD COLUMN origin BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN relation VARCHAR(32) NOT NULL DEFAULT '',
    ADD COLUMN added_by VARCHAR(255) NOT NULL DEFAULT '',
    ADD COLUMN advice BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN by_clock BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN carried_from BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN overdue BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE IF NOT EXISTS copies (
    id VARCHAR(160) NOT NULL,
    sign_off_id VARCHAR(96) NOT NULL,
    n BIGINT NOT NULL,
    title VARCHAR(255) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    role VARCHAR(32) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    name VARCHAR(255) NOT NULL,
    by_id VARCHAR(64) NOT NULL,
    by_name VARCHAR(255) NOT NULL,
    at DATETIME(6) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id),
    KEY copies__sign_off_id__n (sign_off_id, n),
    KEY copies__user_id__at__id (user_id, at, id),
    KEY copies__unit_id__role__at__id (unit_id, role, at, id),
    KEY copies__instance (instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Who read a copy when, for the first time. Not part of the read model.
CREATE TABLE IF NOT EXISTS copy_reads (
    copy_id VARCHAR(160) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    read_at DATETIME(6) NOT NULL,
    PRIMARY KEY (copy_id, user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- How a plan signs a kind of subject; each version is kept.
CREATE TABLE IF NOT EXISTS route_templates (
    plan_id VARCHAR(64) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    version BIGINT NOT NULL,
    steps LONGTEXT NOT NULL,
    carry_over BOOLEAN NOT NULL,
    copy_to LONGTEXT NOT NULL,
    comment VARCHAR(1000) NOT NULL,
    created_by VARCHAR(64) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (plan_id, kind, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down

DROP TABLE route_templates;
DROP TABLE copy_reads;
DROP TABLE copies;
ALTER TABLE signers
    DROP COLUMN asked_user,
    DROP COLUMN weight,
    DROP COLUMN asked_at,
    DROP COLUMN attachments,
    DROP COLUMN by_unit,
    DROP COLUMN on_behalf_of,
    DROP COLUMN return_to,
    DROP COLUMN origin,
    DROP COLUMN relation,
    DROP COLUMN added_by,
    DROP COLUMN advice,
    DROP COLUMN by_clock,
    DROP COLUMN carried_from,
    DROP COLUMN overdue;
ALTER TABLE sign_offs
    DROP COLUMN initiator_name,
    DROP COLUMN supervisor,
    DROP COLUMN template_id,
    DROP COLUMN template_version,
    DROP COLUMN carry_over,
    DROP COLUMN due_at,
    DROP COLUMN overdue;
