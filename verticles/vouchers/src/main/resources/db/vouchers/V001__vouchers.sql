-- Vouchers, how often each was used, and every single use. Bonus points themselves are in schema ledger.
GRANT USAGE ON SCHEMA vouchers TO merit_app;

-- Amounts are in minor units of the currency.
CREATE TABLE vouchers.voucher (
    partner_id              uuid        NOT NULL,
    voucher_id              uuid        NOT NULL,
    club_id                 uuid        NOT NULL,
    name                    text        NOT NULL,
    title                   text,
    description             text,
    code                    text        NOT NULL CHECK (code ~ '^[A-Z0-9-]{4,32}$'),
    type                    text        NOT NULL CHECK (
        type IN ('percentage', 'fixed_amount', 'free_product', 'free_shipping', 'bonus_points')),
    value                   numeric     NOT NULL,
    currency                text        NOT NULL,
    max_discount_amount     bigint      CHECK (max_discount_amount > 0),
    min_order_amount        bigint      CHECK (min_order_amount >= 0),
    valid_from              timestamptz,
    valid_until             timestamptz,
    max_uses_total          bigint      CHECK (max_uses_total > 0),
    max_uses_per_member     bigint      CHECK (max_uses_per_member > 0),
    target_tier_ids         uuid[]      NOT NULL CHECK (cardinality(target_tier_ids) <= 20),
    new_members_within_days integer     CHECK (new_members_within_days > 0),
    first_order_only        boolean     NOT NULL,
    points_card_id          uuid,
    is_active               boolean     NOT NULL,
    is_visible_by_default   boolean     NOT NULL,
    created_at              timestamptz NOT NULL,
    updated_at              timestamptz NOT NULL,
    deleted_at              timestamptz,
    PRIMARY KEY (partner_id, voucher_id),
    CHECK (valid_from <= valid_until),
    CHECK ((type = 'bonus_points') = (points_card_id IS NOT NULL)),
    CHECK (CASE type
               WHEN 'percentage' THEN value BETWEEN 1 AND 100 AND scale(trim_scale(value)) <= 2
               WHEN 'fixed_amount' THEN value >= 1 AND value = trunc(value)
               WHEN 'bonus_points' THEN value >= 1 AND value = trunc(value)
               ELSE value = 0
           END)
);
-- A till finds a voucher by its code. A deleted voucher's code is free again.
CREATE UNIQUE INDEX voucher_code ON vouchers.voucher (partner_id, code) WHERE deleted_at IS NULL;
CREATE INDEX voucher_club ON vouchers.voucher (partner_id, club_id) WHERE deleted_at IS NULL;

-- How often a voucher was used, apart from the voucher: whoever redeems, voids, changes or deletes it holds this row
-- until the commit, and so they come one after another. The limit stands here once more, for the check.
CREATE TABLE vouchers.voucher_counter (
    partner_id     uuid   NOT NULL,
    voucher_id     uuid   NOT NULL,
    times_used     bigint NOT NULL DEFAULT 0 CHECK (times_used >= 0),
    max_uses_total bigint,
    PRIMARY KEY (partner_id, voucher_id),
    FOREIGN KEY (partner_id, voucher_id) REFERENCES vouchers.voucher,
    CHECK (times_used <= max_uses_total)
) WITH (fillfactor = 50);

-- How often one member used it. Read and written behind the lock of the counter.
CREATE TABLE vouchers.member_use (
    partner_id uuid   NOT NULL,
    voucher_id uuid   NOT NULL,
    member_id  uuid   NOT NULL,
    uses       bigint NOT NULL CHECK (uses >= 0),
    PRIMARY KEY (partner_id, voucher_id, member_id)
) WITH (fillfactor = 85);

-- Every use, as it was: a fact that is never changed, but that it may be voided once.
CREATE TABLE vouchers.redemption (
    partner_id      uuid        NOT NULL,
    redemption_id   uuid        NOT NULL,             -- time-ordered
    voucher_id      uuid        NOT NULL,
    member_id       uuid        NOT NULL,
    club_id         uuid        NOT NULL,
    code            text        NOT NULL,
    type            text        NOT NULL,
    currency        text        NOT NULL,
    order_amount    bigint      CHECK (order_amount >= 0),
    discount_amount bigint      CHECK (discount_amount >= 0),
    points_awarded  bigint      NOT NULL CHECK (points_awarded >= 0),
    card_id         uuid,                             -- where the points went
    entry_id        uuid,                             -- the credit, and its number in the account
    entry_sequence  bigint,
    remaining_uses  bigint      CHECK (remaining_uses >= 0),
    order_reference text,
    request_id      text        NOT NULL,
    created_at      timestamptz NOT NULL,
    voided_at       timestamptz,
    void_reason     text,
    void_entry_id   uuid,                             -- what took the points back
    void_request_id text,
    PRIMARY KEY (partner_id, redemption_id),
    FOREIGN KEY (partner_id, voucher_id) REFERENCES vouchers.voucher,
    CHECK (discount_amount <= order_amount),
    CHECK ((points_awarded > 0) = (entry_id IS NOT NULL)),
    CHECK ((entry_id IS NULL) = (entry_sequence IS NULL) AND (entry_id IS NULL) = (card_id IS NULL)),
    CHECK ((voided_at IS NULL) = (void_reason IS NULL) AND (voided_at IS NULL) = (void_request_id IS NULL)),
    CHECK (void_entry_id IS NULL OR (voided_at IS NOT NULL AND entry_id IS NOT NULL))
) WITH (fillfactor = 90);
-- Serve the lists, newest first.
CREATE INDEX redemption_of_voucher ON vouchers.redemption (partner_id, voucher_id, redemption_id);
CREATE INDEX redemption_of_member ON vouchers.redemption (partner_id, voucher_id, member_id, redemption_id);
-- The shop's own number: an order of a member uses a voucher once, unless that use was voided.
CREATE UNIQUE INDEX redemption_order ON vouchers.redemption (partner_id, voucher_id, member_id, order_reference)
    WHERE order_reference IS NOT NULL AND voided_at IS NULL;

GRANT SELECT, INSERT, UPDATE ON vouchers.voucher, vouchers.voucher_counter, vouchers.member_use TO merit_app;
GRANT SELECT, INSERT ON vouchers.redemption TO merit_app;
GRANT UPDATE (voided_at, void_reason, void_entry_id, void_request_id) ON vouchers.redemption TO merit_app;

CREATE FUNCTION vouchers.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION 'redemptions are never changed or deleted, and voided once' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER redemption_is_final BEFORE DELETE OR TRUNCATE ON vouchers.redemption
    FOR EACH STATEMENT EXECUTE FUNCTION vouchers.refuse_change();
CREATE TRIGGER redemption_is_voided_once BEFORE UPDATE ON vouchers.redemption
    FOR EACH ROW WHEN (
        OLD.voided_at IS NOT NULL
        OR NEW.voided_at IS NULL
        OR (OLD.partner_id, OLD.redemption_id, OLD.voucher_id, OLD.member_id, OLD.club_id, OLD.code, OLD.type,
            OLD.currency, OLD.order_amount, OLD.discount_amount, OLD.points_awarded, OLD.card_id, OLD.entry_id,
            OLD.entry_sequence, OLD.remaining_uses, OLD.order_reference, OLD.request_id, OLD.created_at)
           IS DISTINCT FROM
           (NEW.partner_id, NEW.redemption_id, NEW.voucher_id, NEW.member_id, NEW.club_id, NEW.code, NEW.type,
            NEW.currency, NEW.order_amount, NEW.discount_amount, NEW.points_awarded, NEW.card_id, NEW.entry_id,
            NEW.entry_sequence, NEW.remaining_uses, NEW.order_reference, NEW.request_id, NEW.created_at))
    EXECUTE FUNCTION vouchers.refuse_change();

CREATE VIEW audit.v_voucher_use AS
SELECT redemption_id, partner_id, voucher_id, member_id, voided_at IS NOT NULL AS voided, created_at
  FROM vouchers.redemption;
GRANT SELECT ON audit.v_voucher_use TO merit_app;
