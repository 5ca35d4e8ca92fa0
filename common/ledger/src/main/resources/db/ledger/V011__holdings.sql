-- What a member has with all its partners right now. Other schemas may ask this function, and no table of the ledger, in a
-- statement of their own: so a wallet is one statement. It begins at the member's enrolments and goes on by primary keys.
--
-- SQL, stable and of one query, so that the server reads it as a part of the statement that asks, planned with it.
CREATE FUNCTION ledger.holdings(member uuid, most integer)
RETURNS TABLE (
    partner_id  uuid,
    card_id     uuid,
    -- The number of the account's last entry.
    entry_count bigint,
    -- Without points that have expired, whether or not an entry says so yet.
    spendable   bigint,
    -- When the next points go.
    next_expiry timestamptz)
LANGUAGE sql STABLE AS
$$
SELECT a.partner_id, a.card_id, a.entry_count,
       -- Lots are looked at only where the account says that some have expired and the sweep has not come by.
       a.balance - coalesce((
           SELECT sum(l.remaining)
             FROM ledger.lot l
            WHERE a.next_expiry <= statement_timestamp()
              AND l.partner_id = a.partner_id AND l.member_id = member AND l.card_id = a.card_id
              AND l.remaining > 0
              AND l.expires_at <= statement_timestamp()), 0)::bigint,
       CASE WHEN a.next_expiry > statement_timestamp() THEN a.next_expiry
            ELSE (SELECT min(l.expires_at)
                    FROM ledger.lot l
                   WHERE a.next_expiry <= statement_timestamp()
                     AND l.partner_id = a.partner_id AND l.member_id = member AND l.card_id = a.card_id
                     AND l.remaining > 0
                     AND l.expires_at > statement_timestamp())
       END
  FROM ledger.enrolment e
 CROSS JOIN LATERAL (
       SELECT partner_id, card_id, balance, entry_count, next_expiry
         FROM ledger.account
        WHERE partner_id = e.partner_id AND member_id = member
       OFFSET 0) AS a
 WHERE e.member_id = member
 LIMIT most
$$;
