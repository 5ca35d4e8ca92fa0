-- What can be earned and taken. Points themselves are in schema ledger.
GRANT USAGE ON SCHEMA points TO merit_app;

CREATE TABLE points.card (
    partner_id              uuid        NOT NULL,
    card_id                 uuid        NOT NULL,
    club_id                 uuid        NOT NULL,
    name                    text        NOT NULL,
    title                   text,
    description             text,
    unique_identifier       text        NOT NULL UNIQUE,
    currency                text        NOT NULL,
    points_per_currency     bigint      NOT NULL CHECK (points_per_currency BETWEEN 0 AND 1000000),
    currency_unit_amount    numeric     NOT NULL CHECK (currency_unit_amount > 0),
    min_purchase_amount     numeric     CHECK (min_purchase_amount >= 0),
    max_points_per_purchase bigint      CHECK (max_points_per_purchase >= 0),
    initial_bonus_points    bigint      NOT NULL CHECK (initial_bonus_points >= 0),
    points_expire_months    integer     CHECK (points_expire_months BETWEEN 1 AND 120),
    valid_from              timestamptz,
    valid_until             timestamptz,
    bg_color                text,
    text_color              text,
    logo_url                text,
    is_active               boolean     NOT NULL,
    is_visible_by_default   boolean     NOT NULL,
    created_at              timestamptz NOT NULL,
    updated_at              timestamptz NOT NULL,
    deleted_at              timestamptz,
    PRIMARY KEY (partner_id, card_id),
    CHECK (valid_from <= valid_until)
);
CREATE INDEX card_club ON points.card (partner_id, club_id) WHERE deleted_at IS NULL;

CREATE TABLE points.reward (
    partner_id                 uuid        NOT NULL,
    reward_id                  uuid        NOT NULL,
    name                       text        NOT NULL,
    title                      text,
    description                text,
    points_required            bigint      NOT NULL CHECK (points_required BETWEEN 1 AND 1000000000),
    max_redemptions_total      bigint      CHECK (max_redemptions_total > 0),
    max_redemptions_per_member bigint      CHECK (max_redemptions_per_member > 0),
    valid_from                 timestamptz,
    valid_until                timestamptz,
    image_url                  text,
    is_active                  boolean     NOT NULL,
    created_at                 timestamptz NOT NULL,
    updated_at                 timestamptz NOT NULL,
    deleted_at                 timestamptz,
    PRIMARY KEY (partner_id, reward_id),
    CHECK (valid_from <= valid_until)
);

CREATE TABLE points.reward_card (
    partner_id uuid    NOT NULL,
    reward_id  uuid    NOT NULL,
    card_id    uuid    NOT NULL,
    position   integer NOT NULL,
    PRIMARY KEY (partner_id, reward_id, card_id),
    FOREIGN KEY (partner_id, reward_id) REFERENCES points.reward,
    FOREIGN KEY (partner_id, card_id) REFERENCES points.card
);
CREATE INDEX reward_card_of_card ON points.reward_card (partner_id, card_id);

-- How often a reward was taken, apart from the reward, so that redeeming never waits for an edit of its texts.
CREATE TABLE points.reward_counter (
    partner_id     uuid   NOT NULL,
    reward_id      uuid   NOT NULL,
    times_redeemed bigint NOT NULL DEFAULT 0 CHECK (times_redeemed >= 0),
    PRIMARY KEY (partner_id, reward_id),
    FOREIGN KEY (partner_id, reward_id) REFERENCES points.reward
) WITH (fillfactor = 50);

GRANT SELECT, INSERT, UPDATE ON points.card, points.reward, points.reward_counter TO merit_app;
GRANT SELECT, INSERT, DELETE ON points.reward_card TO merit_app;
