-- Which cards a member wants among its own. A member also has the cards it earned on, so there is a row only where it said
-- something: that it follows a card, or that it no longer wants to see one.
CREATE TABLE points.follow (
    member_id     uuid        NOT NULL,
    partner_id    uuid        NOT NULL,
    card_id       uuid        NOT NULL,
    following     boolean     NOT NULL,
    -- The account's last entry when the card was unfollowed: who earns behind it has the card again. An entry's number
    -- rather than a time, so that purchases need not write here and a read looks at the newer entries alone.
    seen_sequence bigint      NOT NULL CHECK (seen_sequence >= 0),
    changed_at    timestamptz NOT NULL,
    -- A member's row: what is asked is always what one member follows, of all partners.
    PRIMARY KEY (member_id, partner_id, card_id),
    FOREIGN KEY (partner_id, card_id) REFERENCES points.card
);
GRANT SELECT, INSERT, UPDATE ON points.follow TO merit_app;

-- Members know cards by nothing but their ids.
CREATE INDEX card_of_any_partner ON points.card (card_id);
