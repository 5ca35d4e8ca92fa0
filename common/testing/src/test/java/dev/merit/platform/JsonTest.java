package dev.merit.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Patch;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonTest {

    record Price(BigDecimal amount) {}

    record Thing(
            MemberId memberId,
            String name,
            @Nullable String note,
            @Nullable BigDecimal price,
            boolean isActive,
            int count,
            Instant createdAt) {}

    private static final Thing THING = new Thing(
            new MemberId(new UUID(1, 2)),
            "Café",
            "a note",
            new BigDecimal("24.50"),
            true,
            3,
            Instant.parse("2026-03-01T10:00:00.123456Z"));

    @Test
    void writesSnakeCaseAndRfc3339AndEveryNull() {
        assertThat(Json.write(new Thing(THING.memberId(), "Café", null, null, false, 0, THING.createdAt())))
                .isEqualTo("{\"member_id\":\"00000000-0000-0001-0000-000000000002\",\"name\":\"Café\",\"note\":null,"
                        + "\"price\":null,\"is_active\":false,\"count\":0,"
                        + "\"created_at\":\"2026-03-01T10:00:00.123456Z\"}");
    }

    // A double in between would make 24.5 of 24.50 and 0.1 of a longer number.
    @Test
    void keepsEveryDigitOfADecimal() {
        for (String digits : new String[] {"24.50", "0.1", "100", "100.00", "0.10000000000000000000000000000001"}) {
            assertThat(Json.write(Json.read("{\"amount\":" + digits + "}", Price.class)))
                    .isEqualTo("{\"amount\":" + digits + "}");
            assertThat(Json.read("[" + digits + "]", JsonNode.class).toString()).isEqualTo("[" + digits + "]");
        }
    }

    // Breaks when bytes escape what text does not: an event would look otherwise than its stored answer. The prefixes
    // move
    // the emoji over the end of the writer's buffers.
    @Test
    void writesTheSameBytesAsText() {
        for (int before : new int[] {0, 1, 2_665, 2_666, 2_667, 3_998, 3_999, 4_000, 7_990, 7_999, 8_000, 8_001}) {
            var thing = new Thing(
                    THING.memberId(),
                    "x".repeat(before) + "Café 漢 🎉🎂",
                    "🎉".repeat(before),
                    null,
                    true,
                    3,
                    THING.createdAt());
            assertThat(Json.bytes(thing)).isEqualTo(Json.write(thing).getBytes(StandardCharsets.UTF_8));
        }
        assertThat(new String(Json.bytes("🎉"), StandardCharsets.UTF_8)).isEqualTo("\"🎉\"");
    }

    @Test
    void readsAnExponentAsTheNumberItIs() {
        Price price = Json.read("{\"amount\":1e1}", Price.class);

        assertThat(price.amount()).isEqualByComparingTo("10");
        assertThat(Json.write(price)).isEqualTo("{\"amount\":10}");
    }

    // Records without fields travel too: they are told apart by their tag.
    @Test
    void writesARecordWithoutFields() {
        assertThat(Json.write(new Acknowledged())).isEqualTo("{}");
        assertThat(Json.read("{}", Notice.OutboxFilled.class)).isEqualTo(new Notice.OutboxFilled());
    }

    @Test
    void refusesWhatCanBeReadInTwoWays() {
        assertThatThrownBy(() -> Json.read("{\"amount\":1,\"amount\":2}", Price.class))
                .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> Json.read("{\"amount\":1} 2", Price.class)).isInstanceOf(UncheckedIOException.class);
    }

    // A newer node may send a field that this one does not know.
    @Test
    void ignoresUnknownFields() {
        assertThat(Json.read("{\"amount\":1,\"colour\":\"red\"}", Price.class)).isEqualTo(new Price(BigDecimal.ONE));
    }

    @Test
    void laysAPatchOverWhatIsThere() {
        Thing patched = Json.patched(THING, new Patch("{\"name\":\"Bar\",\"note\":null,\"count\":4}"), Thing.class);

        assertThat(patched)
                .isEqualTo(new Thing(THING.memberId(), "Bar", null, THING.price(), true, 4, THING.createdAt()));
    }

    @Test
    void keepsTheDigitsOfAPatchAndOfWhatItLeavesAlone() {
        assertThat(Json.patched(THING, new Patch("{}"), Thing.class)).isEqualTo(THING);
        assertThat(Json.patched(THING, new Patch("{\"price\":0.10}"), Thing.class)
                        .price())
                .isEqualTo(new BigDecimal("0.10"));
    }

    // Null clears what may be empty; anywhere else it would only fail in the table, as a fault of ours.
    @Test
    void refusesToClearWhatIsRequired() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.patched(THING, new Patch("{\"name\":null}"), Thing.class))
                .withMessageContaining("name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.patched(THING, new Patch("{\"is_active\":null}"), Thing.class));
    }

    @Test
    void tagsAResourceByItsContent() {
        String tag = Json.etag(THING);

        assertThat(tag).matches("\"[A-Za-z0-9_-]{22}\"");
        assertThat(Json.etag(Json.write(THING))).isEqualTo(tag);
        assertThat(Json.etag(Json.patched(THING, new Patch("{\"price\":24.5}"), Thing.class)))
                .isNotEqualTo(tag);
    }
}
