package dev.merit.platform.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one transaction, sent without waiting. What only adds rows goes together in one statement: a statement
 * costs a batch of few commands more than its rows do.
 */
public final class Writes {
    /** Bounded: each caller puts the same few parts together. */
    private static final Map<List<String>, String> TEXTS = new ConcurrentHashMap<>();

    private final List<Function<SqlClient, Future<?>>> statements = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private @Nullable Part first;

    private record Part(String insert, Tuple row) {}

    /**
     * Rows to be written together with those of the other parts, in no order that one could rely on: whatever may wait
     * for a row of somebody else goes {@link #first} or {@link #alone}.
     *
     * @param insert sees none of the other parts' rows, and changes none that they change; it answers nothing, and does
     *     not begin with {@code WITH}
     */
    public void add(String insert, Tuple row) {
        parts.add(new Part(insert, row));
    }

    /**
     * The same, once in a statement, but what may wait for rows of somebody else, in the order in which everybody takes
     * them: it waits before the other parts have written anything that others might wait for. PostgreSQL runs the
     * statement itself before those of its {@code WITH} which nobody reads from; were that to change, two transactions
     * could come to wait for each other, and one of them would begin anew.
     */
    public void first(String insert, Tuple row) {
        if (first != null) {
            throw new IllegalStateException("two parts that want to be first");
        }
        first = new Part(insert, row);
    }

    /** Statements of another kind, behind what was added so far. */
    public void alone(Function<SqlClient, Future<?>> others) {
        flush();
        statements.add(others);
    }

    /** Whether all of it is one statement, which needs no transaction around it. */
    public boolean isOneStatement() {
        boolean isPending = first != null || !parts.isEmpty();
        return isPending && statements.isEmpty();
    }

    private void flush() {
        if (first != null) {
            parts.add(first);
            first = null;
        }
        if (parts.isEmpty()) {
            return;
        }
        List<String> inserts = parts.stream().map(Part::insert).toList();
        List<@Nullable Object> values = new ArrayList<>();
        for (Part part : parts) {
            for (int i = 0; i < part.row().size(); i++) {
                values.add(part.row().getValue(i));
            }
        }
        String text = TEXTS.computeIfAbsent(inserts, texts -> {
            parts.forEach(part -> Parameters.check(part.insert(), part.row()));
            return together(texts);
        });
        parts.clear();
        statements.add(tx -> tx.preparedQuery(text).execute(Tuple.from(values)));
    }

    /**
     * Sends everything. Fails as soon as one write fails ({@link Future#all}, not {@code join}): what the client itself
     * refuses has to be known before a commit is sent.
     */
    public Future<?> send(SqlClient tx) {
        flush();
        List<Future<?>> sent = new ArrayList<>(statements.size());
        statements.forEach(statement -> sent.add(statement.apply(tx)));
        return Future.all(sent);
    }

    private static String together(List<String> parts) {
        var text = new StringBuilder();
        int parameters = 0;
        for (int i = 0; i < parts.size(); i++) {
            String part = Parameters.shifted(parts.get(i), parameters);
            parameters += Parameters.count(parts.get(i));
            if (i < parts.size() - 1) {
                text.append(i == 0 ? "WITH " : ", ")
                        .append("w")
                        .append(i)
                        .append(" AS (")
                        .append(part)
                        .append(")\n");
            } else {
                text.append(part);
            }
        }
        return text.toString();
    }
}
