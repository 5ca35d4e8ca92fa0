-- How PostgreSQL looks after tables that grow or change with every use of a voucher; see the same migration of platform.

-- Rows are added and seldom voided: sampled when half as large again.
ALTER TABLE vouchers.redemption SET (autovacuum_analyze_scale_factor = 0.5);

-- Counters that go up: changes say nothing new, so only growth is worth a sample.
ALTER TABLE vouchers.member_use SET (autovacuum_analyze_scale_factor = 10);
ALTER TABLE vouchers.voucher_counter SET (autovacuum_analyze_scale_factor = 10);
