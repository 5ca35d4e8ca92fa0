-- What the file holds. Events and movements are only added. How far the topic is read stands in the same file, and is
-- written in the same transaction: after a crash neither an event is missing nor is one there twice.

-- Which form the file has: one of another form is read anew from the topic.
CREATE TABLE IF NOT EXISTS file_form (version INTEGER NOT NULL);
INSERT INTO file_form SELECT 2 WHERE NOT EXISTS (FROM file_form);

CREATE TABLE IF NOT EXISTS topic_position (
    topic       VARCHAR NOT NULL,
    part        INTEGER NOT NULL,
    next_offset BIGINT  NOT NULL,
    PRIMARY KEY (topic, part)
);

-- Each event once. No index says so: an account's sequence does, and an index of all ids would want as much memory as the
-- file has events.
CREATE TABLE IF NOT EXISTS event (
    event_id         UUID      NOT NULL,
    partner_id       UUID      NOT NULL,
    member_id        UUID      NOT NULL,
    card_id          UUID      NOT NULL,
    account_sequence BIGINT    NOT NULL,
    event            VARCHAR   NOT NULL,
    points           BIGINT    NOT NULL,
    balance_after    BIGINT    NOT NULL,
    expires_at       TIMESTAMP,
    reverses         UUID,
    booked_at        TIMESTAMP NOT NULL  -- UTC, as all moments here
);

-- What each event did to which lot of points; lot_sequence 0 is what a member owes. earned_at is when the lot was earned.
CREATE TABLE IF NOT EXISTS movement (
    event_id     UUID      NOT NULL,
    partner_id   UUID      NOT NULL,
    member_id    UUID      NOT NULL,
    card_id      UUID      NOT NULL,
    lot_sequence BIGINT    NOT NULL,
    kind         VARCHAR   NOT NULL,     -- EARNED, REDEEMED, EXPIRED, CORRECTED
    points       BIGINT    NOT NULL,
    earned_at    TIMESTAMP,
    booked_at    TIMESTAMP NOT NULL
);

-- Where folding goes on: the last entry of each account, and its lots with something left. A batch reads and changes these
-- two, and no event of earlier batches but for redemptions that are undone and for repeats.
CREATE TABLE IF NOT EXISTS account (
    number     BIGINT NOT NULL,          -- in this file only
    partner_id UUID   NOT NULL,
    member_id  UUID   NOT NULL,
    card_id    UUID   NOT NULL,
    entries    BIGINT NOT NULL,
    balance    BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS open_lot (
    account      BIGINT    NOT NULL,
    lot_sequence BIGINT    NOT NULL,
    event_id     UUID      NOT NULL,
    remaining    BIGINT    NOT NULL,
    expires_at   TIMESTAMP,
    earned_at    TIMESTAMP NOT NULL
);

-- Accounts that are set aside: the topic lacks one of their entries, or tells what cannot be. They are in no sum, and
-- what comes of them later is not read.
CREATE TABLE IF NOT EXISTS broken_account (
    partner_id     UUID      NOT NULL,
    member_id      UUID      NOT NULL,
    card_id        UUID      NOT NULL,
    first_missing  BIGINT    NOT NULL,
    since_event_id UUID      NOT NULL,
    since          TIMESTAMP NOT NULL,
    reason         VARCHAR   NOT NULL
);

-- The batch that is being added.
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (
    event_id   UUID NOT NULL,
    partner_id UUID NOT NULL,
    member_id  UUID NOT NULL,
    card_id    UUID NOT NULL,
    undoes     UUID                      -- the redemption that it undoes
);
CREATE TEMPORARY TABLE IF NOT EXISTS emptied_lot (
    account      BIGINT    NOT NULL,
    partner_id   UUID      NOT NULL,
    member_id    UUID      NOT NULL,
    card_id      UUID      NOT NULL,
    lot_sequence BIGINT    NOT NULL,
    earned_at    TIMESTAMP NOT NULL
);
CREATE TEMPORARY TABLE IF NOT EXISTS changed_account (
    number  BIGINT  NOT NULL,
    entries BIGINT  NOT NULL,
    balance BIGINT  NOT NULL,
    broken  BOOLEAN NOT NULL
);
CREATE TEMPORARY TABLE IF NOT EXISTS changed_lot (
    account      BIGINT NOT NULL,
    lot_sequence BIGINT NOT NULL
);

CREATE OR REPLACE VIEW v_balance AS
SELECT partner_id, member_id, card_id, balance, entries
  FROM account;

-- Movements of the accounts that are whole.
CREATE OR REPLACE VIEW v_movement AS
SELECT m.*
  FROM movement m ANTI JOIN broken_account USING (partner_id, member_id, card_id);

-- Points of a day and a card, with their sign. Outstanding is what all members together have, after that day.
CREATE OR REPLACE VIEW v_day AS
WITH day AS (
    SELECT partner_id, card_id, CAST(booked_at AS DATE) AS day,
           coalesce(sum(points) FILTER (WHERE kind = 'EARNED'), 0)    AS issued,
           coalesce(sum(points) FILTER (WHERE kind = 'REDEEMED'), 0)  AS redeemed,
           coalesce(sum(points) FILTER (WHERE kind = 'EXPIRED'), 0)   AS expired,
           coalesce(sum(points) FILTER (WHERE kind = 'CORRECTED'), 0) AS corrected
      FROM v_movement
     GROUP BY ALL
)
SELECT partner_id, card_id, day, issued, redeemed, expired, corrected,
       sum(issued + redeemed + expired + corrected) OVER (PARTITION BY partner_id, card_id ORDER BY day) AS outstanding
  FROM day;

-- The same by month, with the month in which the points were earned; a month earned of NULL is what members owe. It is made
-- from its parts, as DuckDB 1.4 takes what date_trunc makes of NULL for a value.
CREATE OR REPLACE VIEW v_cohort AS
SELECT partner_id, card_id, make_date(year(earned_at), month(earned_at), 1) AS earned_month,
       CAST(date_trunc('month', booked_at) AS DATE) AS month,
       coalesce(sum(points) FILTER (WHERE kind = 'EARNED'), 0)    AS earned,
       coalesce(sum(points) FILTER (WHERE kind = 'REDEEMED'), 0)  AS redeemed,
       coalesce(sum(points) FILTER (WHERE kind = 'EXPIRED'), 0)   AS expired,
       coalesce(sum(points) FILTER (WHERE kind = 'CORRECTED'), 0) AS corrected
  FROM v_movement
 GROUP BY ALL;
