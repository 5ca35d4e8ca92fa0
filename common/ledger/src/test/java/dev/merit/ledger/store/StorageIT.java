package dev.merit.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.PostgresFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the server is told of the tables that every booking writes. */
class StorageIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    /** Breaks when a table that grows with every booking is sampled as if it were an ordinary one: under load all the time. */
    @Test
    void samplesTablesThatEveryBookingWritesLessOften() {
        assertThat(POSTGRES.query("""
                        SELECT c.oid::regclass::text
                          FROM pg_class c
                         WHERE c.oid IN ('ledger.entry'::regclass, 'ledger.lot'::regclass, 'ledger.account'::regclass,
                                         'ledger.allocation'::regclass, 'platform.idempotency'::regclass,
                                         'platform.outbox'::regclass, 'platform.stream'::regclass)
                           AND NOT EXISTS (
                               SELECT FROM pg_options_to_table(c.reloptions)
                                WHERE option_name = 'autovacuum_analyze_scale_factor' AND option_value::float > 0.1)
                        """)).isEmpty();
    }

    /** Breaks when the server fetches and counts the elements of arrays that nobody searches by: seven times the work. */
    @Test
    void samplesNoArraysOfTheOutbox() {
        POSTGRES.execute("""
                INSERT INTO platform.outbox (slice, topic, event_ids, types, partner_ids, member_ids, sequences, times, payloads)
                SELECT n % 8, 'topic', ARRAY[gen_random_uuid()], ARRAY['type'], ARRAY[gen_random_uuid()],
                       ARRAY[gen_random_uuid()], ARRAY[n], ARRAY[now()], ARRAY[repeat('x', 5000)]
                  FROM generate_series(1, 100) AS n;
                ANALYZE platform.outbox
                """);

        assertThat(POSTGRES.query(
                        "SELECT attname FROM pg_stats WHERE schemaname = 'platform' AND tablename = 'outbox'"))
                .contains("slice", "topic")
                .doesNotContain("payloads", "pack", "event_ids", "member_ids", "card_ids");
    }
}
