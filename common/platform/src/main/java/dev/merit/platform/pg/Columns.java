package dev.merit.platform.pg;

import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns rows into the parallel arrays that {@code unnest} reads: many rows in one statement with one plan.
 *
 * @param <T> a row
 */
public final class Columns<T> {
    private final List<T> rows;
    private final List<Object> arrays = new ArrayList<>();

    private Columns(List<T> rows) {
        this.rows = rows;
    }

    public static <T> Columns<T> of(List<T> rows) {
        return new Columns<>(rows);
    }

    public Columns<T> uuid(Function<T, @Nullable UUID> column) {
        return add(UUID[]::new, column);
    }

    public Columns<T> text(Function<T, @Nullable String> column) {
        return add(String[]::new, column);
    }

    public Columns<T> number(ToLongFunction<T> column) {
        return add(Long[]::new, column::applyAsLong);
    }

    public Columns<T> numberOrNull(Function<T, @Nullable Long> column) {
        return add(Long[]::new, column);
    }

    /** Exact decimals as text, to be cast: the client's own arrays of decimals cannot hold nulls. */
    public Columns<T> decimal(Function<T, @Nullable BigDecimal> column) {
        return add(String[]::new, row -> {
            BigDecimal decimal = column.apply(row);
            return decimal == null ? null : decimal.toPlainString();
        });
    }

    public Columns<T> flag(Function<T, Boolean> column) {
        return add(Boolean[]::new, column);
    }

    public Columns<T> time(Function<T, @Nullable Instant> column) {
        return add(OffsetDateTime[]::new, row -> {
            Instant time = column.apply(row);
            return time == null ? null : time.atOffset(ZoneOffset.UTC);
        });
    }

    /** One parameter for each column, in the order they were named. */
    public Tuple tuple() {
        return Tuple.from(arrays);
    }

    private <V> Columns<T> add(IntFunction<V[]> array, Function<T, @Nullable V> column) {
        V[] values = array.apply(rows.size());
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        arrays.add(values);
        return this;
    }
}
