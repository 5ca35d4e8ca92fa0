-- How PostgreSQL looks after the audit log, which grows with every command; see the same migration of platform. Its rows are
-- added and never changed: frozen at once, so that no page is visited again for its age; sampled when half as large again.
ALTER TABLE keys.audit SET (
    autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0,
    autovacuum_analyze_scale_factor = 0.5);
