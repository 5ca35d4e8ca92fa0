package dev.merit.chaos.journal;

import dev.merit.chaos.domain.BalanceRead;
import dev.merit.chaos.domain.Call;
import dev.merit.chaos.domain.History;
import dev.merit.chaos.domain.Operation;
import dev.merit.chaos.domain.OperationHistory;
import dev.merit.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A file to which lines are only added. An operation is on disk before the first byte of it is sent, and what came of
 * an attempt is added after it: whatever dies, the file never knows less than the nodes do.
 */
public final class Journal implements AutoCloseable {
    private final FileChannel channel;

    private Journal(FileChannel channel) {
        this.channel = channel;
    }

    /** Begins a new file. */
    public static Journal create(Path file) {
        try {
            return new Journal(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot begin the journal " + file, e);
        }
    }

    /** Comes back when the operation is on disk. */
    public void intend(Operation operation) {
        append(Line.of(operation), true);
    }

    /** Takes down what came of an attempt. */
    public void tell(UUID operation, Call call) {
        append(Line.of(operation, call), false);
    }

    /** Takes down a balance that was read. */
    public void tell(BalanceRead read) {
        append(Line.of(read), false);
    }

    private void append(Line line, boolean force) {
        ByteBuffer bytes = ByteBuffer.wrap((Json.write(line) + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            synchronized (this) {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            if (force) {
                channel.force(false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the journal", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Reads a file from its start; the attempts of an operation in the order in which they ended. */
    public static History read(Path file) {
        Map<UUID, Operation> intents = new LinkedHashMap<>();
        Map<UUID, List<Call>> calls = new LinkedHashMap<>();
        List<BalanceRead> reads = new ArrayList<>();
        try (var lines = Files.lines(file)) {
            lines.forEach(text -> {
                Line line = Json.read(text, Line.class);
                if (line.intent() != null) {
                    intents.put(line.intent().id(), line.intent());
                } else if (line.attempt() != null) {
                    calls.computeIfAbsent(line.attempt().operation(), id -> new ArrayList<>())
                            .add(line.attempt().call());
                } else if (line.read() != null) {
                    reads.add(line.read());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the journal " + file, e);
        }
        List<OperationHistory> operations = new ArrayList<>();
        intents.forEach(
                (id, operation) -> operations.add(new OperationHistory(operation, calls.getOrDefault(id, List.of()))));
        return new History(operations, reads);
    }
}
