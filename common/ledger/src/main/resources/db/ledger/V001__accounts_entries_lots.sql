-- The points ledger. Entries are facts: they are added and never changed. Accounts and lots are projections of them,
-- kept in the same transaction. Every key starts with the tenant, so that the tables can be distributed by it.
GRANT USAGE ON SCHEMA ledger TO merit_app;

CREATE TYPE ledger.entry_event AS ENUM (
    'staff_credited_points_for_purchase',
    'initial_bonus_points',
    'staff_redeemed_points_for_reward',
    'staff_reversed_purchase',
    'staff_reversed_redemption',
    'staff_adjusted_points',
    'stamp_card_reward_points',
    'voucher_bonus_points',
    'system_expired_points'
);

-- Which members a partner has: written at the first contact.
CREATE TABLE ledger.enrolment (
    partner_id  uuid        NOT NULL,
    member_id   uuid        NOT NULL,
    enrolled_at timestamptz NOT NULL,
    PRIMARY KEY (partner_id, member_id)
);

-- One member's points on one card.
CREATE TABLE ledger.account (
    partner_id     uuid        NOT NULL,
    member_id      uuid        NOT NULL,
    card_id        uuid        NOT NULL,
    balance        bigint      NOT NULL,
    lifetime       bigint      NOT NULL,              -- all earned, less reversals; spending never lowers it
    entry_count    bigint      NOT NULL,              -- the number of the last entry
    purchase_count bigint      NOT NULL,              -- purchases that stand: at none, the next one is the first
    next_expiry    timestamptz,                       -- the earliest expiry of a lot with points left
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (partner_id, member_id, card_id),
    CHECK (entry_count > 0),
    CHECK (purchase_count >= 0)
) WITH (fillfactor = 70);
-- Counts a card's members. It holds the whole key: with less, a planner without figures may look an account up here
-- and read every member of the card.
CREATE INDEX account_card ON ledger.account (partner_id, card_id, member_id);
CREATE INDEX account_expiry ON ledger.account (next_expiry) WHERE next_expiry IS NOT NULL;

CREATE TABLE ledger.entry (
    partner_id           uuid        NOT NULL,
    member_id            uuid        NOT NULL,
    card_id              uuid        NOT NULL,
    account_sequence     bigint      NOT NULL,        -- 1, 2, 3 … in each account, without a gap
    entry_id             uuid        NOT NULL,        -- time-ordered; what the API calls the transaction
    operation_id         uuid,                        -- the idempotency record behind it, where there is one
    event                ledger.entry_event NOT NULL,
    points               bigint      NOT NULL,
    balance_after        bigint      NOT NULL,
    purchase_amount      numeric,
    currency             text,
    base_points          bigint,
    tier_bonus_points    bigint,
    initial_bonus_points bigint,
    multiplier           numeric,
    rules                jsonb,                       -- the card's earning rules at that moment
    tier_id              uuid,                        -- held before
    points_expire_at     timestamptz,
    staff_id             uuid,
    attributed_to        text        NOT NULL,
    reward_id            uuid,
    voucher_id           uuid,
    reverses             uuid,
    order_reference      text,
    note                 text,
    request_id           text        NOT NULL,
    occurred_at          timestamptz NOT NULL,
    created_at           timestamptz NOT NULL,
    PRIMARY KEY (partner_id, member_id, card_id, account_sequence),
    CHECK (account_sequence > 0),
    CHECK (purchase_amount IS NULL OR purchase_amount > 0)
);
-- Serves lists newest first and details; ids grow with time, so it grows at its right end.
CREATE UNIQUE INDEX entry_by_id ON ledger.entry (partner_id, entry_id);
-- The shop's own number guards against a second booking under another idempotency key, each kind by itself.
CREATE UNIQUE INDEX entry_order ON ledger.entry (partner_id, event, order_reference)
    WHERE order_reference IS NOT NULL
      AND event IN ('staff_credited_points_for_purchase', 'staff_redeemed_points_for_reward', 'staff_adjusted_points');
-- How often a member took a reward.
CREATE INDEX entry_reward ON ledger.entry (partner_id, reward_id, member_id) WHERE reward_id IS NOT NULL;

-- Each credit is a lot with its own expiry; debits use the lot that expires first.
CREATE TABLE ledger.lot (
    partner_id       uuid        NOT NULL,
    member_id        uuid        NOT NULL,
    card_id          uuid        NOT NULL,
    account_sequence bigint      NOT NULL,            -- the entry that made it
    points           bigint      NOT NULL,
    remaining        bigint      NOT NULL,
    expires_at       timestamptz,
    PRIMARY KEY (partner_id, member_id, card_id, account_sequence),
    CHECK (points > 0),
    CHECK (remaining BETWEEN 0 AND points)
) WITH (fillfactor = 85);

-- Which debit took what from which lot, so that a reversal can put it back.
CREATE TABLE ledger.allocation (
    partner_id     uuid   NOT NULL,
    member_id      uuid   NOT NULL,
    card_id        uuid   NOT NULL,
    debit_sequence bigint NOT NULL,
    lot_sequence   bigint NOT NULL,
    points         bigint NOT NULL,
    PRIMARY KEY (partner_id, member_id, card_id, debit_sequence, lot_sequence),
    CHECK (points > 0)
);

-- The application's role may add entries, and nobody may change them, not even the owner of the table.
GRANT SELECT, INSERT ON ledger.entry, ledger.allocation TO merit_app;
GRANT SELECT, INSERT, UPDATE ON ledger.account, ledger.lot TO merit_app;
GRANT SELECT, INSERT ON ledger.enrolment TO merit_app;

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION 'ledger entries are never changed or deleted' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER entry_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER allocation_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.allocation
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE VIEW audit.v_ledger AS
SELECT entry_id, partner_id, member_id, card_id, account_sequence, points, balance_after, event::text AS event,
       operation_id, created_at
  FROM ledger.entry;

CREATE VIEW audit.v_balance AS
SELECT partner_id, member_id, card_id, balance
  FROM ledger.account;

GRANT SELECT ON audit.v_ledger, audit.v_balance TO merit_app;
