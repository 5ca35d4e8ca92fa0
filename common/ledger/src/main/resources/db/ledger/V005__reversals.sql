-- Corrections by hand: why they were made, and what the rules can say about them in the tables.
ALTER TABLE ledger.entry ADD COLUMN reason text;

-- Finds the reversals of an entry.
CREATE INDEX entry_reverses ON ledger.entry (partner_id, reverses) WHERE reverses IS NOT NULL;

-- A redemption is given back whole, and so only once; parts of a purchase may follow each other.
CREATE UNIQUE INDEX entry_redemption_reversed ON ledger.entry (partner_id, reverses)
    WHERE event = 'staff_reversed_redemption';

ALTER TABLE ledger.entry
    ADD CONSTRAINT entry_reversal_names_its_entry CHECK (
        event NOT IN ('staff_reversed_purchase', 'staff_reversed_redemption') OR reverses IS NOT NULL),
    ADD CONSTRAINT entry_purchase_reversal_takes CHECK (
        event <> 'staff_reversed_purchase' OR (points <= 0 AND purchase_amount IS NOT NULL)),
    ADD CONSTRAINT entry_redemption_reversal_gives CHECK (
        event <> 'staff_reversed_redemption' OR points > 0),
    ADD CONSTRAINT entry_adjustment_moves CHECK (
        event <> 'staff_adjusted_points' OR points <> 0);
