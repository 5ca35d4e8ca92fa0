-- How PostgreSQL looks after tables that grow or change with every booking. Unless told otherwise it samples a table anew
-- whenever a tenth of it is new or changed: under load once a minute.

-- Grows until rows are forgotten after a month: sampled when half as large again.
ALTER TABLE platform.idempotency SET (autovacuum_analyze_scale_factor = 0.5);

-- Each row is written, marked and deleted: whatever share of the table that is, vacuuming after a few thousand rows keeps
-- the index of waiting rows a few pages long.
ALTER TABLE platform.outbox SET (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_analyze_scale_factor = 1);
-- Arrays are read, never searched. To sample them is to fetch what is stored out of line, and to look at each element.
ALTER TABLE platform.outbox
    ALTER COLUMN event_ids SET STATISTICS 0,
    ALTER COLUMN types SET STATISTICS 0,
    ALTER COLUMN partner_ids SET STATISTICS 0,
    ALTER COLUMN member_ids SET STATISTICS 0,
    ALTER COLUMN sequences SET STATISTICS 0,
    ALTER COLUMN times SET STATISTICS 0,
    ALTER COLUMN payloads SET STATISTICS 0;

-- Counters that go up: changes say nothing new, so only growth is worth a sample.
ALTER TABLE platform.stream SET (autovacuum_analyze_scale_factor = 10);

-- What is forgotten is found by its place: the index by age went on naming pages that hold nothing old any more, until each look
-- read the whole table. Last, since it holds up everybody until the commit.
DROP INDEX platform.idempotency_age;
