package dev.merit.platform.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merit.platform.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Carries every record of {@link Contracts} between nodes as tag and JSON, and by reference inside one: records are
 * immutable. Only listed types can be decoded, whatever a stranger puts on the wire.
 */
final class RecordCodec implements MessageCodec<Envelope, Envelope> {
    static final String NAME = "merit";

    private final ObjectMapper mapper = Json.MAPPER;
    private final Map<String, Class<? extends Record>> typeOf = Contracts.byTag();
    private final Map<Class<? extends Record>, String> tagOf = new HashMap<>();

    RecordCodec() {
        typeOf.forEach((tag, type) -> tagOf.put(type, tag));
    }

    @Override
    public void encodeToWire(Buffer buffer, Envelope envelope) {
        String tag = tagOf.get(envelope.body().getClass());
        if (tag == null) {
            throw new IllegalArgumentException(
                    "not a contract: " + envelope.body().getClass());
        }
        text(buffer, tag);
        text(buffer, Json.write(envelope.body()));
        String replayed = envelope.replayed();
        buffer.appendByte((byte) (replayed == null ? 0 : 1));
        if (replayed != null) {
            text(buffer, replayed);
        }
    }

    @Override
    public Envelope decodeFromWire(int position, Buffer buffer) {
        var reader = new Reader(buffer, position);
        Class<? extends Record> type = typeOf.get(reader.text());
        if (type == null) {
            throw new IllegalArgumentException("not a contract");
        }
        try {
            Record body = mapper.readValue(reader.text(), type);
            return new Envelope(body, reader.flag() ? reader.text() : null);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(new IOException("cannot read a " + type.getSimpleName(), e));
        }
    }

    @Override
    public Envelope transform(Envelope envelope) {
        return envelope;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }

    private static void text(Buffer buffer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        buffer.appendInt(bytes.length).appendBytes(bytes);
    }

    /** Reads length-prefixed texts one after another. */
    private static final class Reader {
        private final Buffer buffer;
        private int position;

        Reader(Buffer buffer, int position) {
            this.buffer = buffer;
            this.position = position;
        }

        String text() {
            int length = buffer.getInt(position);
            int start = position + Integer.BYTES;
            position = start + length;
            return buffer.getString(start, position);
        }

        boolean flag() {
            return buffer.getByte(position++) != 0;
        }
    }
}
