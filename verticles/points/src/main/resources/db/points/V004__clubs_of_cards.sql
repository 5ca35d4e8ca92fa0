-- The ledger holds a card in its club while the first account is opened on it: it has to know the cards of before. They are
-- held still meanwhile.
LOCK TABLE points.card IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO ledger.card_club (partner_id, card_id, club_id)
SELECT partner_id, card_id, club_id FROM points.card
    ON CONFLICT (partner_id, card_id) DO NOTHING;
