-- Every load of a year's calendar, for everybody (without a unit) or for one unit;
-- the last one of a year counts.

-- +goose Up

CREATE TABLE IF NOT EXISTS calendar_loads (
    seq BIGINT NOT NULL,
    unit_id VARCHAR(64) NOT NULL,
    year BIGINT NOT NULL,
    source VARCHAR(300) NOT NULL,
    provisional BOOLEAN NOT NULL,
    data LONGTEXT NOT NULL,
    digest VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    user_name VARCHAR(100) NOT NULL,
    loaded_at DATETIME(6) NOT NULL,
    settled BOOLEAN NOT NULL,
    PRIMARY KEY (seq),
    KEY calendar_loads__unit_id__year__seq (unit_id, year, seq)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- One year at a time was kept before, and nothing depended on it. The step asks
-- what is there before it runs again.
SET @calendar_years = IF(
    EXISTS(SELECT 1 FROM information_schema.tables
        WHERE table_schema = DATABASE() AND table_name = 'calendar_years'),
    'INSERT IGNORE INTO calendar_loads (seq, unit_id, year, source, provisional, data, digest, user_id, user_name, loaded_at, settled)
        SELECT ROW_NUMBER() OVER (ORDER BY year), '''', year, source, provisional, data, '''', loaded_by, '''', loaded_at, 1 FROM calendar_years',
    'DO 0');
PREPARE calendar_years FROM @calendar_years;
EXECUTE calendar_years;
DEALLOCATE PREPARE calendar_years;
DROP TABLE IF EXISTS calendar_years;

-- The years without a notice on which moments ahead depend, as a JSON list, and
-- the last load by which they were computed.
SET @calendar_assignments = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'assignments' AND column_name = 'calendar_version'),
    'DO 0',
    'ALTER TABLE assignments
        ADD COLUMN provisional_years VARCHAR(64),
        ADD COLUMN calendar_version BIGINT NOT NULL DEFAULT 0');
PREPARE calendar_assignments FROM @calendar_assignments;
EXECUTE calendar_assignments;
DEALLOCATE PREPARE calendar_assignments;

SET @calendar_supervisions = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'supervisions' AND column_name = 'calendar_version'),
    'DO 0',
    'ALTER TABLE supervisions
        ADD COLUMN provisional_years VARCHAR(64),
        ADD COLUMN calendar_version BIGINT NOT NULL DEFAULT 0,
        ADD COLUMN reply_from DATETIME(6),
        ADD KEY supervisions__reply_due_at__id (reply_due_at, id)');
PREPARE calendar_supervisions FROM @calendar_supervisions;
EXECUTE calendar_supervisions;
DEALLOCATE PREPARE calendar_supervisions;

SET @calendar_sign_offs = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'sign_offs' AND column_name = 'calendar_version'),
    'DO 0',
    'ALTER TABLE sign_offs
        ADD COLUMN provisional_years VARCHAR(64),
        ADD COLUMN calendar_version BIGINT NOT NULL DEFAULT 0');
PREPARE calendar_sign_offs FROM @calendar_sign_offs;
EXECUTE calendar_sign_offs;
DEALLOCATE PREPARE calendar_sign_offs;

-- +goose Down

ALTER TABLE sign_offs DROP COLUMN calendar_version, DROP COLUMN provisional_years;
ALTER TABLE supervisions
    DROP KEY supervisions__reply_due_at__id,
    DROP COLUMN reply_from,
    DROP COLUMN calendar_version,
    DROP COLUMN provisional_years;
ALTER TABLE assignments DROP COLUMN calendar_version, DROP COLUMN provisional_years;
CREATE TABLE calendar_years (
    year BIGINT NOT NULL,
    source VARCHAR(300) NOT NULL,
    provisional BOOLEAN NOT NULL,
    data LONGTEXT NOT NULL,
    loaded_at DATETIME(6) NOT NULL,
    loaded_by VARCHAR(64) NOT NULL,
    PRIMARY KEY (year)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO calendar_years (year, source, provisional, data, loaded_at, loaded_by)
SELECT year, source, provisional, data, loaded_at, user_id FROM calendar_loads AS l
WHERE unit_id = '' AND seq = (SELECT MAX(seq) FROM calendar_loads AS m WHERE m.unit_id = '' AND m.year = l.year);
DROP TABLE calendar_loads;
