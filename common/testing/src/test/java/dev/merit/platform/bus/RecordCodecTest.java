package dev.merit.platform.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.contracts.Acknowledged;
import io.vertx.core.buffer.Buffer;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordCodecTest {
    private final RecordCodec codec = new RecordCodec();

    record Stranger(String name) {}

    @ParameterizedTest
    @MethodSource("dev.merit.platform.bus.WireTest#tags")
    void carriesEveryContract(String tag) {
        Class<? extends Record> type = Contracts.byTag().get(tag);
        if (type == null) {
            assertThat(tag).startsWith("event."); // Travels through the outbox, not over the bus.
            return;
        }
        for (Record sample : new Record[] {Samples.full(type), Samples.sparse(type)}) {
            Buffer buffer = Buffer.buffer("before");
            codec.encodeToWire(buffer, new Envelope(sample, null));
            codec.encodeToWire(buffer, new Envelope(sample, "{\"stored\":\"ä\"}"));

            Envelope fresh = codec.decodeFromWire("before".length(), buffer);
            int second = "before".length() + (buffer.length() - "before".length() - lengthOfReplayed()) / 2;
            Envelope replayed = codec.decodeFromWire(second, buffer);

            assertThat(fresh).isEqualTo(new Envelope(sample, null));
            assertThat(replayed).isEqualTo(new Envelope(sample, "{\"stored\":\"ä\"}"));
        }
    }

    // Older nodes know only texts of repeats: that of a fresh answer would look like one.
    @Test
    void keepsTheTextOfAFreshAnswerToTheNode() {
        Buffer buffer = Buffer.buffer();

        codec.encodeToWire(buffer, new Envelope(new Acknowledged(), null, "{}"));

        assertThat(codec.decodeFromWire(0, buffer)).isEqualTo(new Envelope(new Acknowledged(), null));
    }

    // Inside one process nothing is copied: records are immutable.
    @Test
    void handsTheSameRecordOverLocally() {
        var envelope = new Envelope(new Acknowledged(), null);

        assertThat(codec.transform(envelope)).isSameAs(envelope);
    }

    @Test
    void refusesToSendWhatIsNoContract() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codec.encodeToWire(Buffer.buffer(), new Envelope(new Stranger("x"), null)));
    }

    // Whoever reaches the cluster's port chooses the tag: it must not choose the class.
    @Test
    void refusesToReadWhatIsNoContract() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codec.decodeFromWire(0, wire(Stranger.class.getName(), "{\"name\":\"x\"}")));
        assertThatThrownBy(() -> codec.decodeFromWire(0, wire("points.FindCard", "{\"partner\":17}")))
                .isInstanceOf(UncheckedIOException.class);
    }

    private static int lengthOfReplayed() {
        return Integer.BYTES + "{\"stored\":\"ä\"}".getBytes(StandardCharsets.UTF_8).length;
    }

    private static Buffer wire(String tag, String json) {
        Buffer buffer = Buffer.buffer();
        for (String text : new String[] {tag, json}) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            buffer.appendInt(bytes.length).appendBytes(bytes);
        }
        return buffer.appendByte((byte) 0);
    }
}
