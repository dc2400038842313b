-- Sign-offs in full: how each signer came to be asked and how his opinion was
-- given, due moments of steps, copies to others, and the routes of a plan.

-- +goose Up

ALTER TABLE sign_offs ADD COLUMN initiator_name VARCHAR(255) NOT NULL DEFAULT '';
ALTER TABLE sign_offs ADD COLUMN supervisor VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE sign_offs ADD COLUMN template_id VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE sign_offs ADD COLUMN template_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sign_offs ADD COLUMN carry_over BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sign_offs ADD COLUMN due_at DATETIME;
ALTER TABLE sign_offs ADD COLUMN overdue BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE signers ADD COLUMN asked_user VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE signers ADD COLUMN weight BIGINT NOT NULL DEFAULT 1;
ALTER TABLE signers ADD COLUMN asked_at DATETIME;
ALTER TABLE signers ADD COLUMN attachments TEXT NOT NULL DEFAULT '';
ALTER TABLE signers ADD COLUMN by_unit VARCHAR(255) NOT NULL DEFAULT '';
ALTER TABLE signers ADD COLUMN on_behalf_of VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE signers ADD COLUMN return_to BIGINT;
ALTER TABLE signers ADD COLUMN origin BIGINT NOT NULL DEFAULT 0;
ALTER TABLE signers ADD COLUMN relation VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE signers ADD COLUMN added_by VARCHAR(255) NOT NULL DEFAULT '';
ALTER TABLE signers ADD COLUMN advice BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE signers ADD COLUMN by_clock BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE signers ADD COLUMN carried_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE signers ADD COLUMN overdue BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE copies (
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
    at DATETIME NOT NULL,
    instance VARCHAR(128) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX copies__sign_off_id__n ON copies (sign_off_id, n);
CREATE INDEX copies__user_id__at__id ON copies (user_id, at, id);
CREATE INDEX copies__unit_id__role__at__id ON copies (unit_id, role, at, id);
CREATE INDEX copies__instance ON copies (instance);

-- Who read a copy when, for the first time. Not part of the read model.
CREATE TABLE copy_reads (
    copy_id VARCHAR(160) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    read_at DATETIME NOT NULL,
    PRIMARY KEY (copy_id, user_id)
);

-- How a plan signs a kind of subject; each version is kept.
CREATE TABLE route_templates (
    plan_id VARCHAR(64) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    version BIGINT NOT NULL,
    steps TEXT NOT NULL,
    carry_over BOOLEAN NOT NULL,
    copy_to TEXT NOT NULL,
    comment VARCHAR(1000) NOT NULL,
    created_by VARCHAR(64) NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (plan_id, kind, version)
);

-- +goose Down

DROP TABLE route_templates;
DROP TABLE copy_reads;
DROP TABLE copies;
ALTER TABLE signers DROP COLUMN overdue;
ALTER TABLE signers DROP COLUMN carried_from;
ALTER TABLE signers DROP COLUMN by_clock;
ALTER TABLE signers DROP COLUMN advice;
ALTER TABLE signers DROP COLUMN added_by;
ALTER TABLE signers DROP COLUMN relation;
ALTER TABLE signers DROP COLUMN origin;
ALTER TABLE signers DROP COLUMN return_to;
ALTER TABLE signers DROP COLUMN on_behalf_of;
ALTER TABLE signers DROP COLUMN by_unit;
ALTER TABLE signers DROP COLUMN attachments;
ALTER TABLE signers DROP COLUMN asked_at;
ALTER TABLE signers DROP COLUMN weight;
ALTER TABLE signers DROP COLUMN asked_user;
ALTER TABLE sign_offs DROP COLUMN overdue;
ALTER TABLE sign_offs DROP COLUMN due_at;
ALTER TABLE sign_offs DROP COLUMN carry_over;
ALTER TABLE sign_offs DROP COLUMN template_version;
ALTER TABLE sign_offs DROP COLUMN template_id;
ALTER TABLE sign_offs DROP COLUMN supervisor;
ALTER TABLE sign_offs DROP COLUMN initiator_name;
