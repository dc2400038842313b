-- Who put right what in the draft of a policy, and which policy is a newer
-- version of which.

-- +goose Up

CREATE TABLE policy_corrections (
    policy_id VARCHAR(64) NOT NULL,
    seq BIGINT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    payload TEXT NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(100) NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    unit_name VARCHAR(200) NOT NULL,
    at DATETIME NOT NULL,
    from_seq BIGINT NOT NULL,
    PRIMARY KEY (policy_id, seq),
    FOREIGN KEY (policy_id) REFERENCES policies (id)
);

-- original stays NULL as long as nobody has corrected the draft.
ALTER TABLE policies ADD COLUMN previous_id VARCHAR(64) REFERENCES policies (id);
ALTER TABLE policies ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE policies ADD COLUMN original TEXT;
ALTER TABLE policies ADD COLUMN comparison TEXT;
CREATE INDEX policies__previous_id ON policies (previous_id);

-- +goose Down

DROP INDEX policies__previous_id;
ALTER TABLE policies DROP COLUMN comparison;
ALTER TABLE policies DROP COLUMN original;
ALTER TABLE policies DROP COLUMN version;
ALTER TABLE policies DROP COLUMN previous_id;
DROP TABLE policy_corrections;
