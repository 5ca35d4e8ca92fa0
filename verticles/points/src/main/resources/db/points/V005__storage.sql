-- Counters that go up: changes say nothing new, so only growth is worth a sample.
ALTER TABLE points.reward_counter SET (autovacuum_analyze_scale_factor = 10);
