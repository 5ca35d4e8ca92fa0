-- What the file holds. Rows are only added. How far the topic is read stands in the same file, and is written in the same
-- transaction: after a crash neither an event is missing nor is one there twice.

CREATE TABLE IF NOT EXISTS topic_position (
    topic       VARCHAR NOT NULL,
    part        INTEGER NOT NULL,
    next_offset BIGINT  NOT NULL,
    PRIMARY KEY (topic, part)
);

-- Each event once, by its ce_id.
CREATE TABLE IF NOT EXISTS event (
    event_id         UUID      NOT NULL PRIMARY KEY,
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

-- Which events are in the batch that is being added; empty between batches.
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (
    event_id   UUID NOT NULL,
    partner_id UUID NOT NULL,
    member_id  UUID NOT NULL,
    card_id    UUID NOT NULL,
    reverses   UUID
);

CREATE OR REPLACE VIEW v_balance AS
SELECT partner_id, member_id, card_id, arg_max(balance_after, account_sequence) AS balance,
       max(account_sequence) AS entries
  FROM event
 GROUP BY ALL;

-- Points of a day and a card. Outstanding is what all members together have, after that day.
CREATE OR REPLACE VIEW v_day AS
WITH day AS (
    SELECT partner_id, card_id, CAST(booked_at AS DATE) AS day,
           coalesce(sum(points) FILTER (WHERE kind = 'EARNED'), 0)    AS issued,
           coalesce(-sum(points) FILTER (WHERE kind = 'REDEEMED'), 0) AS redeemed,
           coalesce(-sum(points) FILTER (WHERE kind = 'EXPIRED'), 0)  AS expired,
           coalesce(sum(points) FILTER (WHERE kind = 'CORRECTED'), 0) AS corrected
      FROM movement
     GROUP BY ALL
)
SELECT partner_id, card_id, day, issued, redeemed, expired, corrected,
       sum(issued - redeemed - expired + corrected) OVER (PARTITION BY partner_id, card_id ORDER BY day) AS outstanding
  FROM day;

-- The same by month, with the month in which the points were earned; a month earned of NULL is what members owe.
CREATE OR REPLACE VIEW v_cohort AS
SELECT partner_id, card_id, CAST(date_trunc('month', earned_at) AS DATE) AS earned_month,
       CAST(date_trunc('month', booked_at) AS DATE) AS month,
       coalesce(sum(points) FILTER (WHERE kind = 'EARNED'), 0)    AS earned,
       coalesce(-sum(points) FILTER (WHERE kind = 'REDEEMED'), 0) AS redeemed,
       coalesce(-sum(points) FILTER (WHERE kind = 'EXPIRED'), 0)  AS expired,
       coalesce(sum(points) FILTER (WHERE kind = 'CORRECTED'), 0) AS corrected
  FROM movement
 GROUP BY ALL;
