package dev.merit.platform.pg;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads of different kinds in one statement, and so of one moment: for batches of few commands a statement costs more
 * than its rows do. What takes locks, or has to see what was committed while it waited for some, goes by itself.
 */
public final class Reads {
    /** Bounded: each caller puts the same few parts together. */
    private static final Map<List<Part>, String> TEXTS = new ConcurrentHashMap<>();

    private final List<Added<?>> added = new ArrayList<>();

    /**
     * One kind of rows.
     *
     * @param select with parameters from {@code $1} on
     * @param columns what it selects, in any order, with their types; parts put together may have columns in common,
     *     which then are of one type
     */
    public record Part(String select, Map<String, String> columns) {

        /**
         * A part with its columns as in a table's definition.
         *
         * @param columns names and types, with commas between them
         */
        public static Part of(String select, String columns) {
            var types = new LinkedHashMap<String, String>();
            for (String column : columns.split(",", -1)) {
                String[] named = column.strip().split(" ", 2);
                types.put(named[0], named[1]);
            }
            return new Part(select, Collections.unmodifiableMap(types));
        }
    }

    private record Added<T>(Part part, Tuple values, Function<List<Row>, T> reader, Promise<T> promise) {
        void read(List<Row> rows) {
            try {
                promise.complete(reader.apply(rows));
            } catch (RuntimeException e) {
                promise.fail(e);
            }
        }
    }

    /**
     * Adds a part.
     *
     * @param reader makes of its rows, and of no others, what the future then has
     */
    public <T> Future<T> add(Part part, Tuple values, Function<List<Row>, T> reader) {
        Parameters.check(part.select(), values);
        Promise<T> promise = Promise.promise();
        added.add(new Added<>(part, values, reader, promise));
        return promise.future();
    }

    /** Sends all parts, once; the futures of {@link #add} end before this one does. */
    public Future<Void> send(SqlClient client) {
        if (added.isEmpty()) {
            return Future.succeededFuture();
        }
        List<@Nullable Object> values = new ArrayList<>();
        for (Added<?> each : added) {
            for (int i = 0; i < each.values().size(); i++) {
                values.add(each.values().getValue(i));
            }
        }
        String text =
                TEXTS.computeIfAbsent(added.stream().<Part>map(Added::part).toList(), parts -> {
                    added.forEach(each -> Parameters.check(each.part().select(), each.values()));
                    return together(parts);
                });
        return client.preparedQuery(text)
                .execute(Tuple.from(values))
                .map(this::read)
                .onFailure(failure -> added.forEach(each -> each.promise().tryFail(failure)))
                .mapEmpty();
    }

    private RowSet<Row> read(RowSet<Row> rows) {
        List<List<Row>> byPart = new ArrayList<>();
        added.forEach(each -> byPart.add(new ArrayList<>()));
        for (Row row : rows) {
            byPart.get(row.getInteger(0)).add(row);
        }
        for (int i = 0; i < added.size(); i++) {
            added.get(i).read(byPart.get(i));
        }
        return rows;
    }

    private static String together(List<Part> parts) {
        SequencedMap<String, String> columns = new LinkedHashMap<>();
        parts.forEach(part -> part.columns().forEach((name, type) -> {
            String known = columns.putIfAbsent(name, type);
            if (known != null && !known.equals(type)) {
                throw new IllegalArgumentException("column " + name + " of two types, " + known + " and " + type);
            }
        }));
        var text = new StringBuilder();
        int parameters = 0;
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            String select = Parameters.shifted(part.select(), parameters);
            parameters += Parameters.count(part.select());
            text.append(i == 0 ? "" : "UNION ALL\n").append("SELECT ").append(i).append(" AS part");
            columns.forEach((name, type) -> text.append(", ")
                    .append(part.columns().containsKey(name) ? name : "NULL::" + type + " AS " + name));
            text.append("\n  FROM (").append(select).append(") AS p").append(i).append('\n');
        }
        return text.toString();
    }
}
