-- The club of each card, so that whoever opens an account can hold the card in its club until the commit, from whatever
-- domain. Points writes it in the transaction that makes or moves a card; the cards that are there already come with the
-- migration of points, which knows them.
CREATE TABLE ledger.card_club (
    partner_id uuid NOT NULL,
    card_id    uuid NOT NULL,
    club_id    uuid NOT NULL,
    PRIMARY KEY (partner_id, card_id)
);
GRANT SELECT, INSERT, UPDATE ON ledger.card_club TO merit_app;
