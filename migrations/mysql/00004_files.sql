-- Files that people add to opinions, reports and subjects. The bytes are in the
-- file storage, under their hash.

-- +goose Up

CREATE TABLE IF NOT EXISTS files (
    id VARCHAR(64) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    size BIGINT NOT NULL,
    media_type VARCHAR(150) NOT NULL,
    uploaded_by VARCHAR(64) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY files__uploaded_by__created_at (uploaded_by, created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Part of the read model: which row of which process a file was added to.
CREATE TABLE IF NOT EXISTS attachments (
    id VARCHAR(192) NOT NULL,
    instance VARCHAR(128) NOT NULL,
    attached_to VARCHAR(160) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    n BIGINT NOT NULL,
    file_id VARCHAR(64) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    name VARCHAR(200) NOT NULL,
    size BIGINT NOT NULL,
    PRIMARY KEY (id),
    KEY attachments__instance__attached_to__n__id (instance, attached_to, n, id),
    KEY attachments__attached_to__n__id (attached_to, n, id),
    KEY attachments__file_id__instance (file_id, instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down

DROP TABLE attachments;
DROP TABLE files;
