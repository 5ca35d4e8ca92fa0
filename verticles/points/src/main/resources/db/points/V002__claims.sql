-- A member asks for a reward; staff confirms it, and only then points move. A claim past expires_at is expired, whatever
-- its status says: the sweep writes it later.
CREATE TABLE points.claim (
    partner_id      uuid        NOT NULL,
    claim_id        uuid        NOT NULL,             -- time-ordered
    member_id       uuid        NOT NULL,
    card_id         uuid        NOT NULL,
    reward_id       uuid        NOT NULL,
    points_required bigint      NOT NULL CHECK (points_required > 0), -- what the member was told and agreed to
    status          text        NOT NULL CHECK (status IN ('pending', 'confirmed', 'rejected', 'expired', 'withdrawn')),
    reason          text,
    staff_id        uuid,
    transaction_id  uuid,                             -- the redemption
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    decided_at      timestamptz,
    PRIMARY KEY (partner_id, claim_id),
    FOREIGN KEY (partner_id, reward_id) REFERENCES points.reward,
    FOREIGN KEY (partner_id, card_id) REFERENCES points.card,
    CHECK ((status = 'pending') = (decided_at IS NULL)),
    CHECK ((status = 'confirmed') = (transaction_id IS NOT NULL))
) WITH (fillfactor = 85);
-- One at a time for each member and reward.
CREATE UNIQUE INDEX claim_pending ON points.claim (partner_id, member_id, reward_id) WHERE status = 'pending';
CREATE INDEX claim_of_status ON points.claim (partner_id, status, claim_id);
CREATE INDEX claim_expiry ON points.claim (expires_at) WHERE status = 'pending';
-- Members are nobody's tenants: what they ask for names no partner, so these two look across all of them.
CREATE INDEX claim_of_member ON points.claim (member_id, claim_id);
CREATE INDEX reward_of_any_partner ON points.reward (reward_id);

GRANT SELECT, INSERT, UPDATE ON points.claim TO merit_app;
