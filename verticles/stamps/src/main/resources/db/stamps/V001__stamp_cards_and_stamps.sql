-- Stamp cards and what members have on them. Events are facts: they are added and never changed; progress is their
-- projection, kept in the same transaction. Points of full cards are in schema ledger.
GRANT USAGE ON SCHEMA stamps TO merit_app;

CREATE TABLE stamps.stamp_card (
    partner_id                 uuid        NOT NULL,
    stamp_card_id              uuid        NOT NULL,
    club_id                    uuid        NOT NULL,
    name                       text        NOT NULL,
    title                      text,
    description                text,
    stamps_required            integer     NOT NULL CHECK (stamps_required BETWEEN 1 AND 100),
    stamp_icon                 text        NOT NULL,
    reward_title               text        NOT NULL,
    reward_description         text,
    reward_points              bigint      CHECK (reward_points BETWEEN 1 AND 1000000),
    reward_card_id             uuid,                       -- a loyalty card, which schema points knows
    requires_physical_claim    boolean,                    -- null: without points
    stamps_expire_days         integer     CHECK (stamps_expire_days > 0),
    max_stamps_per_day         integer     CHECK (max_stamps_per_day > 0),
    max_stamps_per_transaction integer     NOT NULL CHECK (max_stamps_per_transaction BETWEEN 1 AND 100),
    min_purchase_amount        numeric     CHECK (min_purchase_amount >= 0),
    valid_from                 timestamptz,
    valid_until                timestamptz,
    bg_color                   text,
    text_color                 text,
    is_active                  boolean     NOT NULL,
    is_visible_by_default      boolean     NOT NULL,
    created_at                 timestamptz NOT NULL,
    updated_at                 timestamptz NOT NULL,
    deleted_at                 timestamptz,
    PRIMARY KEY (partner_id, stamp_card_id),
    CHECK (valid_from <= valid_until),
    CHECK ((reward_points IS NULL) = (reward_card_id IS NULL))
);
CREATE INDEX stamp_card_club ON stamps.stamp_card (partner_id, club_id) WHERE deleted_at IS NULL;

-- One member on one stamp card.
CREATE TABLE stamps.progress (
    partner_id      uuid        NOT NULL,
    member_id       uuid        NOT NULL,
    stamp_card_id   uuid        NOT NULL,
    granted         bigint      NOT NULL,
    current_stamps  bigint      NOT NULL,                  -- of the open round
    consumed        bigint      NOT NULL,                  -- by completed rounds, as many as were required then
    expired         bigint      NOT NULL,
    completed_count bigint      NOT NULL,
    pending_rewards bigint      NOT NULL,
    redeemed_count  bigint      NOT NULL,
    event_count     bigint      NOT NULL,                  -- the number of the last event
    last_stamp_at   timestamptz NOT NULL,
    expires_at      timestamptz,                           -- when the open round lapses
    day             date        NOT NULL,                  -- the last with stamps, by the club's calendar
    day_stamps      bigint      NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (partner_id, member_id, stamp_card_id),
    FOREIGN KEY (partner_id, stamp_card_id) REFERENCES stamps.stamp_card,
    CHECK (granted = consumed + current_stamps + expired),
    CHECK (current_stamps >= 0 AND consumed >= 0 AND expired >= 0),
    CHECK (pending_rewards >= 0 AND redeemed_count >= 0 AND pending_rewards + redeemed_count <= completed_count),
    CHECK (consumed BETWEEN completed_count AND completed_count * 100),
    CHECK (expires_at IS NULL OR current_stamps > 0),
    CHECK (day_stamps BETWEEN 1 AND granted),
    CHECK (event_count > 0)
) WITH (fillfactor = 70);
CREATE INDEX progress_expiry ON stamps.progress (expires_at) WHERE expires_at IS NOT NULL;
-- The member's own look at its wallet, over all partners.
CREATE INDEX progress_member ON stamps.progress (member_id);

CREATE TABLE stamps.stamp_event (
    partner_id      uuid        NOT NULL,
    member_id       uuid        NOT NULL,
    stamp_card_id   uuid        NOT NULL,
    sequence        bigint      NOT NULL CHECK (sequence > 0), -- 1, 2, 3 … for each member and card, without a gap
    event_id        uuid        NOT NULL,
    operation_id    uuid,                                  -- the idempotency record behind it, where there is one
    club_id         uuid        NOT NULL,
    event           text        NOT NULL
                    CHECK (event IN ('stamps_added', 'stamp_card_completed', 'stamps_expired', 'stamps_redeemed')),
    stamps          bigint      NOT NULL,                  -- added to the open round; negative when taken
    stamps_after    bigint      NOT NULL CHECK (stamps_after >= 0),
    stamps_required bigint      NOT NULL,                  -- at that moment
    completed_count bigint      NOT NULL,
    pending_rewards bigint      NOT NULL CHECK (pending_rewards >= 0),
    expires_at      timestamptz,
    points_awarded  bigint      NOT NULL,
    card_id         uuid,                                  -- the loyalty card that was credited
    transaction_id  uuid,                                  -- and the ledger entry
    redemption_id   uuid,
    purchase_amount numeric     CHECK (purchase_amount > 0),
    staff_id        uuid,
    attributed_to   text        NOT NULL,
    order_reference text,
    note            text,
    request_id      text        NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (partner_id, member_id, stamp_card_id, sequence),
    CHECK (event <> 'stamps_added' OR stamps > 0),
    CHECK (event <> 'stamp_card_completed' OR stamps = -stamps_required),
    CHECK (event <> 'stamps_expired' OR (stamps < 0 AND stamps_after = 0)),
    CHECK (event <> 'stamps_redeemed' OR (stamps = 0 AND redemption_id IS NOT NULL)),
    CHECK (event = 'stamps_added' OR order_reference IS NULL),
    CHECK ((transaction_id IS NULL) = (points_awarded = 0))
);
-- The shop's own number guards against a second booking under another idempotency key.
CREATE UNIQUE INDEX stamp_event_order ON stamps.stamp_event (partner_id, order_reference)
    WHERE order_reference IS NOT NULL;

-- Rewards that were handed out.
CREATE TABLE stamps.redemption (
    partner_id    uuid        NOT NULL,
    redemption_id uuid        NOT NULL,
    stamp_card_id uuid        NOT NULL,
    member_id     uuid        NOT NULL,
    reward_title  text        NOT NULL,                    -- as it was then
    staff_id      uuid,
    attributed_to text        NOT NULL,
    note          text,
    operation_id  uuid,
    request_id    text        NOT NULL,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (partner_id, redemption_id)
);

-- The application's role may add facts, and nobody may change them, not even the owner of the tables.
GRANT SELECT, INSERT ON stamps.stamp_event, stamps.redemption TO merit_app;
GRANT SELECT, INSERT, UPDATE ON stamps.stamp_card, stamps.progress TO merit_app;

CREATE FUNCTION stamps.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION 'stamp events and redemptions are never changed or deleted' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER stamp_event_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON stamps.stamp_event
    FOR EACH STATEMENT EXECUTE FUNCTION stamps.refuse_change();
CREATE TRIGGER redemption_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON stamps.redemption
    FOR EACH STATEMENT EXECUTE FUNCTION stamps.refuse_change();

-- completed counts rounds. What each took is in stamps.stamp_event: granted = what they took + current + expired.
CREATE VIEW audit.v_stamps AS
SELECT partner_id, stamp_card_id, member_id, granted, current_stamps AS current, completed_count AS completed, expired,
       pending_rewards
  FROM stamps.progress;

GRANT SELECT ON audit.v_stamps TO merit_app;
