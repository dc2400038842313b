-- Files that people add to opinions, reports and subjects. The bytes are in the
-- file storage, under their hash.

-- +goose Up

CREATE TABLE files (
    id VARCHAR(64) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    size BIGINT NOT NULL,
    media_type VARCHAR(150) NOT NULL,
    uploaded_by VARCHAR(64) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX files__uploaded_by__created_at ON files (uploaded_by, created_at);

-- Part of the read model: which row of which process a file was added to.
CREATE TABLE attachments (
    id VARCHAR(192) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    attached_to VARCHAR(160) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    n BIGINT NOT NULL,
    file_id VARCHAR(64) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    size BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX attachments__instance__attached_to__n__id ON attachments (instance, attached_to, n, id);
CREATE INDEX attachments__attached_to__n__id ON attachments (attached_to, n, id);
CREATE INDEX attachments__file_id__instance ON attachments (file_id, instance);

-- +goose Down

DROP TABLE attachments;
DROP TABLE files;
