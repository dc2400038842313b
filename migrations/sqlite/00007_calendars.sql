-- Every load of a year's calendar, for everybody (without a unit) or for one unit;
-- the last one of a year counts.

-- +goose Up

CREATE TABLE calendar_loads (
    seq BIGINT NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    year BIGINT NOT NULL,
    source VARCHAR(300) NOT NULL,
    provisional BOOLEAN NOT NULL,
    data TEXT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(100) NOT NULL,
    loaded_at DATETIME NOT NULL,
    settled BOOLEAN NOT NULL,
    PRIMARY KEY (seq)
);
CREATE INDEX calendar_loads__unit_id__year__seq ON calendar_loads (unit_id, year, seq);

-- One year at a time was kept before, and nothing depended on it.
INSERT INTO calendar_loads (seq, unit_id, year, source, provisional, data, digest, user_id, user_name, loaded_at, settled)
SELECT ROW_NUMBER() OVER (ORDER BY year), '', year, source, provisional, data, '', loaded_by, '', loaded_at, 1 FROM calendar_years;
DROP TABLE calendar_years;

-- The years without a notice on which moments ahead depend, as a JSON list, and
-- the last load by which they were computed.
ALTER TABLE assignments ADD COLUMN provisional_years VARCHAR(64);
ALTER TABLE assignments ADD COLUMN calendar_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE supervisions ADD COLUMN provisional_years VARCHAR(64);
ALTER TABLE supervisions ADD COLUMN calendar_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE supervisions ADD COLUMN reply_from DATETIME;
ALTER TABLE sign_offs ADD COLUMN provisional_years VARCHAR(64);
ALTER TABLE sign_offs ADD COLUMN calendar_version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX supervisions__reply_due_at__id ON supervisions (reply_due_at, id);

-- +goose Down

DROP INDEX supervisions__reply_due_at__id;
ALTER TABLE sign_offs DROP COLUMN calendar_version;
ALTER TABLE sign_offs DROP COLUMN provisional_years;
ALTER TABLE supervisions DROP COLUMN reply_from;
ALTER TABLE supervisions DROP COLUMN calendar_version;
ALTER TABLE supervisions DROP COLUMN provisional_years;
ALTER TABLE assignments DROP COLUMN calendar_version;
ALTER TABLE assignments DROP COLUMN provisional_years;
CREATE TABLE calendar_years (
    year BIGINT NOT NULL,
    source VARCHAR(300) NOT NULL,
    provisional BOOLEAN NOT NULL,
    data TEXT NOT NULL,
    loaded_at DATETIME NOT NULL,
    loaded_by VARCHAR(64) NOT NULL,
    PRIMARY KEY (year)
);
INSERT INTO calendar_years (year, source, provisional, data, loaded_at, loaded_by)
SELECT year, source, provisional, data, loaded_at, user_id FROM calendar_loads AS l
WHERE unit_id = '' AND seq = (SELECT MAX(seq) FROM calendar_loads WHERE unit_id = '' AND year = l.year);
DROP TABLE calendar_loads;
