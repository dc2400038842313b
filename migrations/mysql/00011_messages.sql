-- The way of notices to people outside the inbox: by mail and by webhook.

-- +goose Up

-- How a user is reached: nothing is sent by the channels that he declined; with
-- single_notices reminders come one by one and not as a digest. MySQL knows no
-- ADD COLUMN IF NOT EXISTS, so the step asks before it runs again.
SET @contact = IF(
    EXISTS(SELECT 1 FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 'users' AND column_name = 'single_notices'),
    'DO 0',
    'ALTER TABLE users
        ADD COLUMN email VARCHAR(254) NOT NULL DEFAULT '''',
        ADD COLUMN declined_channels VARCHAR(64) NOT NULL DEFAULT '''',
        ADD COLUMN single_notices BOOLEAN NOT NULL DEFAULT FALSE');
PREPARE contact FROM @contact;
EXECUTE contact;
DEALLOCATE PREPARE contact;

-- Notices whose people are still to be looked up. clock tells that the clock has
-- them to tell; channels are those by which they may go out, '' for all.
CREATE TABLE IF NOT EXISTS outbox (
    notice_id VARCHAR(192) NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    clock BOOLEAN NOT NULL,
    channels VARCHAR(64) NOT NULL,
    at DATETIME(6) NOT NULL,
    PRIMARY KEY (notice_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- One message goes to one person by one channel, with one notice or several. The
-- reminders of one moment gather in one, until it is begun to be sent.
CREATE TABLE IF NOT EXISTS messages (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    digest BOOLEAN NOT NULL,
    moment DATETIME(6) NOT NULL,
    state VARCHAR(16) NOT NULL,
    next_at DATETIME(6) NOT NULL,
    attempts BIGINT NOT NULL,
    claimed_by VARCHAR(64) NOT NULL,
    claimed_until DATETIME(6),
    begun_at DATETIME(6),
    sent_at DATETIME(6),
    error VARCHAR(500) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY messages__state__next_at__id (state, next_at, id),
    KEY messages__user_id__channel__moment (user_id, channel, moment),
    KEY messages__created_at__id (created_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- In which message a notice goes to a person. The inbox needs no delivery, so
-- the rows that were here before said nothing. text is the sum of what is told.
DROP TABLE IF EXISTS deliveries;
CREATE TABLE deliveries (
    notice_id VARCHAR(192) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    message_id VARCHAR(64) NOT NULL,
    text VARCHAR(64) NOT NULL,
    PRIMARY KEY (notice_id, user_id, channel),
    KEY deliveries__message_id__notice_id (message_id, notice_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down

DROP TABLE deliveries;
CREATE TABLE deliveries (
    notice_id VARCHAR(192) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    delivered_at DATETIME(6),
    PRIMARY KEY (notice_id, channel)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
DROP TABLE messages;
DROP TABLE outbox;
ALTER TABLE users
    DROP COLUMN single_notices,
    DROP COLUMN declined_channels,
    DROP COLUMN email;
