package dev.merit.platform.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one transaction, sent without waiting. What only adds rows goes together in one statement: a statement
 * costs a batch of few commands more than its rows do.
 */
public final class Writes {
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    /** Bounded: each caller puts the same few parts together. */
    private static final Map<List<String>, String> TEXTS = new ConcurrentHashMap<>();

    private final SqlClient tx;
    private final List<String> parts = new ArrayList<>();
    private final List<@Nullable Object> values = new ArrayList<>();
    private final List<Future<?>> sent = new ArrayList<>();

    public Writes(SqlClient tx) {
        this.tx = tx;
    }

    /**
     * Rows to be written together with those of the other parts, in no order that one could rely on: whatever may wait for
     * a row of somebody else goes {@link #alone}.
     *
     * @param insert sees none of the other parts' rows, and changes none that they change; it answers nothing, and does not
     *     begin with {@code WITH}
     */
    public void add(String insert, Tuple row) {
        parts.add(insert);
        for (int i = 0; i < row.size(); i++) {
            values.add(row.getValue(i));
        }
    }

    /** Sends what was added so far, and behind it statements of another kind. */
    public void alone(Function<SqlClient, Future<?>> others) {
        flush();
        sent.add(others.apply(tx));
    }

    private void flush() {
        if (!parts.isEmpty()) {
            sent.add(tx.preparedQuery(TEXTS.computeIfAbsent(List.copyOf(parts), Writes::together))
                    .execute(Tuple.from(new ArrayList<>(values))));
            parts.clear();
            values.clear();
        }
    }

    /**
     * Sends the rest. Fails as soon as one write fails ({@link Future#all}, not {@code join}): what the client itself
     * refuses has to be known before a commit is sent.
     */
    public Future<?> done() {
        flush();
        return Future.all(sent);
    }

    private static String together(List<String> parts) {
        var text = new StringBuilder();
        int before = 0;
        for (int i = 0; i < parts.size(); i++) {
            int offset = before;
            String part =
                    PARAMETER.matcher(parts.get(i)).replaceAll(match -> "\\$" + (number(match.group(1)) + offset));
            before += PARAMETER
                    .matcher(parts.get(i))
                    .results()
                    .mapToInt(match -> number(match.group(1)))
                    .max()
                    .orElse(0);
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

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }
}
