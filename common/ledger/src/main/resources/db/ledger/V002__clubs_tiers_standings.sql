-- Tiers: what a member is in a club, by the points it ever earned there.

-- The club of the account's card, so that a member's points in a club can be added up. It is known to the cards alone,
-- which the ledger may not read: accounts from before this migration belong to no club and count for no tier. There is
-- no release with such accounts.
ALTER TABLE ledger.account ADD COLUMN club_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
ALTER TABLE ledger.account ALTER COLUMN club_id DROP DEFAULT;

-- The tier held after the entry as it was then: id, name and multiplier. Held before is tier_id.
ALTER TABLE ledger.entry ADD COLUMN tier_after jsonb;

-- A club that has tiers or had some; whoever changes its tiers holds the row. Clubs without one pay nothing for tiers.
CREATE TABLE ledger.ladder (
    partner_id uuid NOT NULL,
    club_id    uuid NOT NULL,
    PRIMARY KEY (partner_id, club_id)
);

CREATE TABLE ledger.tier (
    partner_id       uuid        NOT NULL,
    tier_id          uuid        NOT NULL,
    club_id          uuid        NOT NULL,
    name             text        NOT NULL,
    display_name     text,
    description      text,
    points_threshold bigint      NOT NULL CHECK (points_threshold >= 0),
    multiplier       numeric     NOT NULL CHECK (multiplier BETWEEN 0 AND 100),
    icon             text,
    color            text,
    benefits         text[]      NOT NULL CHECK (cardinality(benefits) <= 20),
    is_active        boolean     NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    deleted_at       timestamptz,
    PRIMARY KEY (partner_id, tier_id),
    FOREIGN KEY (partner_id, club_id) REFERENCES ledger.ladder
);
CREATE UNIQUE INDEX tier_threshold ON ledger.tier (partner_id, club_id, points_threshold) WHERE deleted_at IS NULL;

-- The tier of a member in a club as announced last; null is none. Whoever books points that count for tiers holds the
-- row, so that two bookings on two cards of one club wait for each other.
CREATE TABLE ledger.standing (
    partner_id uuid        NOT NULL,
    member_id  uuid        NOT NULL,
    club_id    uuid        NOT NULL,
    tier_id    uuid,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (partner_id, member_id, club_id),
    FOREIGN KEY (partner_id, tier_id) REFERENCES ledger.tier
) WITH (fillfactor = 70);

GRANT SELECT, INSERT, UPDATE ON ledger.ladder, ledger.tier, ledger.standing TO merit_app;
