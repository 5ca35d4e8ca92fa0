-- How many members have an account on a card, so that nobody counts accounts when it is asked. A new account adds a row of its
-- own: a counter would be a row that bookings of both lanes wait for, and lock each other out over. Housekeeping folds the rows
-- into the total; whoever asks adds both up in one statement, and so the number is exact at every commit.
CREATE TABLE ledger.card_total (
    partner_id uuid   NOT NULL,
    card_id    uuid   NOT NULL,
    members    bigint NOT NULL CHECK (members > 0),
    PRIMARY KEY (partner_id, card_id)
) WITH (fillfactor = 50);

-- An account that is in no total yet. Rows come and go: they are cleared away early, and nothing is to be known of their values.
CREATE TABLE ledger.card_newcomer (
    partner_id uuid NOT NULL,
    card_id    uuid NOT NULL
) WITH (autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0,
        autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 1000000);
CREATE INDEX card_newcomer_card ON ledger.card_newcomer (partner_id, card_id);

GRANT SELECT, INSERT, UPDATE ON ledger.card_total TO merit_app;
GRANT SELECT, INSERT, DELETE ON ledger.card_newcomer TO merit_app;

CREATE FUNCTION ledger.note_newcomer() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO ledger.card_newcomer (partner_id, card_id) VALUES (NEW.partner_id, NEW.card_id);
    RETURN NULL;
END
$$;

-- The accounts of before. They are held still until the trigger is there, so that none is missing or counted twice.
LOCK TABLE ledger.account IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO ledger.card_total (partner_id, card_id, members)
SELECT partner_id, card_id, count(*) FROM ledger.account GROUP BY partner_id, card_id;

-- For each row, since an upsert that finds its account fires no such trigger: later purchases pay nothing. A trigger rather than
-- the statement that opens accounts, since nodes of the version before do not count.
CREATE TRIGGER account_is_counted AFTER INSERT ON ledger.account
    FOR EACH ROW EXECUTE FUNCTION ledger.note_newcomer();
