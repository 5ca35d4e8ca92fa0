-- How PostgreSQL looks after tables that grow or change with every booking; see the same migration of platform.

-- Rows are added and never changed. Vacuumed in small steps, so that counts are taken from indexes alone; frozen at once, so
-- that no page is ever visited again for its age; sampled when half as large again.
ALTER TABLE ledger.entry SET (
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0,
    autovacuum_analyze_scale_factor = 0.5);
ALTER TABLE ledger.allocation SET (
    autovacuum_freeze_min_age = 0,
    autovacuum_analyze_scale_factor = 0.5);

-- Added to by credits, changed by debits: it is its growth that calls for a sample.
ALTER TABLE ledger.lot SET (autovacuum_analyze_scale_factor = 0.5);

-- Changed by every booking, in place: a third of each page is free for that (fillfactor 70), and no index holds what
-- changes but the next expiry, which a purchase seldom moves. Changes say nothing new, so only growth is worth a sample.
ALTER TABLE ledger.account SET (autovacuum_analyze_scale_factor = 10);
