-- How PostgreSQL looks after tables that grow or change with every stamp; see the same migration of platform.

-- Rows are added and never changed: frozen at once, so that no page is visited again for its age; sampled when half as large again.
ALTER TABLE stamps.stamp_event SET (
    autovacuum_freeze_min_age = 0,
    autovacuum_analyze_scale_factor = 0.5);
ALTER TABLE stamps.redemption SET (
    autovacuum_freeze_min_age = 0,
    autovacuum_analyze_scale_factor = 0.5);

-- Changed by every stamp, in place (fillfactor 70). Changes say nothing new, so only growth is worth a sample.
ALTER TABLE stamps.progress SET (autovacuum_analyze_scale_factor = 10);
