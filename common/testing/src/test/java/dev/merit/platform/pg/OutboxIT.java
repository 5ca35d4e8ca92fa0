package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.contracts.event.LoyaltyEvent.MemberEnrolled;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.platform.Json;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.WaitingEvents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OutboxIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456Z");

    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);

    @BeforeEach
    void emptyTable() {
        POSTGRES.execute("TRUNCATE platform.outbox, platform.stream");
    }

    @AfterEach
    void close() {
        Eventually.get(database.close());
        Eventually.get(vertx.close());
    }

    // Many rows would cost the relay as much as the booking; rows across slices could not be relayed in order.
    @Test
    void makesOneRowForEachSliceAndKeepsTheOrder() {
        List<LoyaltyEvent> events = new ArrayList<>();
        Set<Integer> slices = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            var member = new MemberId(new UUID(7, i % 20));
            slices.add(Outbox.sliceOf(member));
            events.add(event(i, member, 1 + i / 20));
        }

        Eventually.get(Outbox.append(database.pool(), events));

        assertThat(POSTGRES.count("SELECT count(*) FROM platform.outbox")).isEqualTo(slices.size());
        assertThat(POSTGRES.count("SELECT count(DISTINCT slice) FROM platform.outbox"))
                .isEqualTo(slices.size());
        assertThat(POSTGRES.query("SELECT string_agg(sequence::text, ',') FROM audit.v_outbox GROUP BY record_key"))
                .hasSize(20)
                .containsOnly("1,2,3");
    }

    @Test
    void writesEveryColumn() throws SQLException {
        var event = event(1, new MemberId(new UUID(7, 7)), 9);

        Eventually.get(Outbox.append(database.pool(), List.of(event)));

        assertThat(POSTGRES.query("""
                        SELECT concat_ws('|', slice, topic, event_ids[1], types[1], partner_ids[1], member_ids[1],
                                         sequences[1], times[1] AT TIME ZONE 'UTC', card_ids[1], unpacked_bytes)
                          FROM platform.outbox
                        """))
                .containsExactly(String.join(
                        "|",
                        String.valueOf(Outbox.sliceOf(event.memberId())),
                        "merit.transactions",
                        event.id().toString(),
                        "merit.transaction.system_expired_points",
                        event.partnerId().toString(),
                        event.memberId().toString(),
                        "9",
                        "2026-03-01 10:00:00.123456",
                        event.cardId().toString(),
                        String.valueOf(Json.bytes(event).length)));
        try (Connection connection = POSTGRES.connection()) {
            assertThat(WaitingEvents.texts(connection, "merit.transactions")).containsExactly(Json.write(event));
        }
    }

    // Auditors compare this view with the ledger: one line an event, told apart by whether it is out.
    @Test
    void showsEachEventToAuditors() {
        var event = event(1, new MemberId(new UUID(7, 7)), 9);
        Eventually.get(Outbox.append(database.pool(), List.of(event)));

        String line = "SELECT concat_ws('|', event_id, topic, record_key, sequence, published) FROM audit.v_outbox";
        String before = event.id() + "|merit.transactions|" + event.memberId() + "|9|";
        assertThat(POSTGRES.query(line)).containsExactly(before + "f");
        POSTGRES.execute("UPDATE platform.outbox SET published_at = now()");
        assertThat(POSTGRES.query(line)).containsExactly(before + "t");
    }

    @Test
    void writesNothingForNoEvents() {
        Eventually.get(Outbox.append(database.pool(), List.of()));

        assertThat(POSTGRES.count("SELECT count(*) FROM platform.outbox")).isZero();
    }

    // Numbers of their own would have gaps or doubles as soon as two domains write of one member.
    @Test
    void countsOtherEventsForEachTopicAndMember() {
        var one = new MemberId(new UUID(7, 1));
        var other = new MemberId(new UUID(7, 2));

        Eventually.get(Outbox.append(database.pool(), List.of(met(1, one), met(2, other), met(3, one))));
        Eventually.get(Outbox.append(database.pool(), List.of(met(4, one), event(9, one, 1))));

        assertThat(POSTGRES.query("""
                        SELECT concat_ws('|', right(event_id::text, 1), topic, sequence)
                          FROM audit.v_outbox
                         ORDER BY event_id
                        """))
                .containsExactly(
                        "1|merit.members|1",
                        "2|merit.members|1",
                        "3|merit.members|2",
                        "4|merit.members|3",
                        "9|merit.transactions|1");
    }

    // Without the lock on the member's number two transactions would draw the same one; with locks taken in the order
    // of arrival instead of one order for all, they would wait for each other.
    @Test
    void countsWithoutGapsWhenManyWriteAtOnce() {
        for (int round = 0; round < 10; round++) {
            var writes = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < 6; i++) {
                writes.add(write(round * 6 + i, i == 0));
            }
            Eventually.get(Future.join(writes));
            assertThat(writes).extracting(Future::result).containsExactly(false, true, true, true, true, true);
        }

        assertThat(POSTGRES.query("""
                        SELECT concat_ws('|', count(*), count(DISTINCT sequence), min(sequence), max(sequence))
                          FROM audit.v_outbox
                         GROUP BY record_key
                        """)).hasSize(10).containsOnly("50|50|1|50");
    }

    /** One transaction for ten members in a chance order; true when it was committed. */
    private Future<Boolean> write(int number, boolean rolledBack) {
        List<LoyaltyEvent> events = new ArrayList<>();
        for (int member = 0; member < 10; member++) {
            events.add(met(number * 10 + member, new MemberId(new UUID(7, member))));
        }
        Collections.shuffle(events, new Random(number));
        return database.transaction(tx -> Outbox.append(tx, events).map(written -> {
                    if (rolledBack) {
                        throw new UnsupportedOperationException("changed my mind");
                    }
                    return true;
                }))
                .recover(failure -> failure instanceof UnsupportedOperationException
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(failure));
    }

    // Waiting rows carry their slice: another function tomorrow would let two relays send one member's events.
    @Test
    void cutsMembersIntoTheSameSlicesForEver() {
        assertThat(Outbox.sliceOf(new MemberId(UUID.fromString("0190f5f0-0000-7000-8000-000000000001"))))
                .isEqualTo(SLICE_OF_SAMPLE);
        int[] sizes = new int[Outbox.SLICES];
        for (int i = 0; i < 8_000; i++) {
            sizes[Outbox.sliceOf(new MemberId(UUID.randomUUID()))]++;
        }
        assertThat(Arrays.stream(sizes)).allMatch(size -> size > 700 && size < 1_300);
    }

    private static final int SLICE_OF_SAMPLE = 7;

    private static TransactionRecorded event(int id, MemberId member, long sequence) {
        return new TransactionRecorded(
                new TransactionId(new UUID(9, id)),
                new PartnerId(new UUID(1, 1)),
                new ClubId(new UUID(1, 2)),
                new CardId(new UUID(1, 3)),
                member,
                sequence,
                "system_expired_points",
                -5,
                10,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                NOW,
                NOW,
                "req_1");
    }

    private static MemberEnrolled met(int id, MemberId member) {
        return new MemberEnrolled(
                new UUID(9, id), new PartnerId(new UUID(1, 1)), member, MemberEnrolled.EVENT, NOW, "req_1");
    }
}
