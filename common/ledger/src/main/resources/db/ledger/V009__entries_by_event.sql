-- Lists of other events than purchases, however few of a partner's entries they are: without it they read through all of them.
-- Nearly all entries are purchases, and those do not have to keep it.
CREATE INDEX entry_by_event ON ledger.entry (partner_id, card_id, event, entry_id)
    WHERE event <> 'staff_credited_points_for_purchase';
