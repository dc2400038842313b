-- The way of notices to people outside the inbox: by mail and by webhook.

-- +goose Up

-- How a user is reached: nothing is sent by the channels that he declined; with
-- single_notices reminders come one by one and not as a digest.
ALTER TABLE users ADD COLUMN email VARCHAR(254) NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN declined_channels VARCHAR(64) NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN single_notices BOOLEAN NOT NULL DEFAULT FALSE;

-- Notices whose people are still to be looked up. clock tells that the clock has
-- them to tell; channels are those by which they may go out, '' for all.
CREATE TABLE outbox (
    notice_id VARCHAR(192) NOT NULL,
    plan_id VARCHAR(64) NOT NULL,
    clock BOOLEAN NOT NULL,
    channels VARCHAR(64) NOT NULL,
    at DATETIME NOT NULL,
    PRIMARY KEY (notice_id)
) WITHOUT ROWID;

-- One message goes to one person by one channel, with one notice or several. The
-- reminders of one moment gather in one, until it is begun to be sent.
CREATE TABLE messages (
    id VARCHAR(64) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    digest BOOLEAN NOT NULL,
    moment DATETIME NOT NULL,
    state VARCHAR(16) NOT NULL,
    next_at DATETIME NOT NULL,
    attempts BIGINT NOT NULL,
    claimed_by VARCHAR(64) NOT NULL,
    claimed_until DATETIME,
    begun_at DATETIME,
    sent_at DATETIME,
    error VARCHAR(500) NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (id)
) WITHOUT ROWID;
CREATE INDEX messages__state__next_at__id ON messages (state, next_at, id);
CREATE INDEX messages__user_id__channel__moment ON messages (user_id, channel, moment);
CREATE INDEX messages__created_at__id ON messages (created_at, id);

-- In which message a notice goes to a person. The inbox needs no delivery, so
-- the rows that were here before said nothing. text is the sum of what is told.
DROP TABLE deliveries;
CREATE TABLE deliveries (
    notice_id VARCHAR(192) NOT NULL,
    user_id VARCHAR(64) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    message_id VARCHAR(64) NOT NULL,
    text VARCHAR(64) NOT NULL,
    PRIMARY KEY (notice_id, user_id, channel)
) WITHOUT ROWID;
CREATE INDEX deliveries__message_id__notice_id ON deliveries (message_id, notice_id);

-- +goose Down

DROP TABLE deliveries;
CREATE TABLE deliveries (
    notice_id VARCHAR(192) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    created_at DATETIME NOT NULL,
    delivered_at DATETIME,
    PRIMARY KEY (notice_id, channel)
) WITHOUT ROWID;
DROP TABLE messages;
DROP TABLE outbox;
ALTER TABLE users DROP COLUMN single_notices;
ALTER TABLE users DROP COLUMN declined_channels;
ALTER TABLE users DROP COLUMN email;
