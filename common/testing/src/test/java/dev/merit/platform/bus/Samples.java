package dev.merit.platform.bus;

import dev.merit.contracts.Problem;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes one of each record, the same in every run: a value says where it stands, so that two fields that were mixed up
 * show.
 */
final class Samples {
    private final boolean sparse;

    private Samples(boolean sparse) {
        this.sparse = sparse;
    }

    /** Every field has a value. */
    static Record full(Class<? extends Record> type) {
        return new Samples(false).record(type, type.getSimpleName());
    }

    /** Every field that may be null is. */
    static Record sparse(Class<? extends Record> type) {
        return new Samples(true).record(type, type.getSimpleName());
    }

    private Record record(Class<? extends Record> type, String path) {
        if (type == Problem.class) {
            // Its details are free: numbers, texts and lists as programs get them.
            return new Problem(
                    Problem.Code.INSUFFICIENT_BALANCE,
                    "Not enough points.",
                    sparse ? Map.of() : Map.of("errors", Map.of("card_id", List.of("is not known"))));
        }
        RecordComponent[] components = type.getRecordComponents();
        var types = new Class<?>[components.length];
        var values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            boolean nullable = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
            values[i] = sparse && nullable
                    ? null
                    : value(components[i].getGenericType(), path + "." + components[i].getName());
        }
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException(path, e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(path, e.getCause());
        }
    }

    private Object value(Type type, String path) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return list(generic.getActualTypeArguments()[0], path);
        }
        if (type instanceof Class<?> plain) {
            if (plain.isSealed()) {
                return value(plain.getPermittedSubclasses()[0], path);
            }
            return plain.isRecord() ? record(plain.asSubclass(Record.class), path) : simple(plain, path);
        }
        throw new IllegalStateException(path + ": teach Samples about " + type);
    }

    private List<Object> list(Type of, String path) {
        var items = new ArrayList<>();
        items.add(value(of, path + ".0"));
        if (!sparse) {
            items.add(value(of, path + ".1"));
        }
        return List.copyOf(items);
    }

    private static Object simple(Class<?> type, String path) {
        // Small and positive, so that it is a valid page, and the same on every machine.
        int mark = 1 + Math.floorMod(path.hashCode(), 90);
        if (type.isEnum()) {
            return type.getEnumConstants()[mark % type.getEnumConstants().length];
        }
        return switch (type.getSimpleName()) {
            case "String" -> path.endsWith("json") ? "{\"name\":\"" + path + "\"}" : path;
            case "int", "Integer" -> mark;
            case "long", "Long" -> 5_000_000_000L + mark;
            case "boolean", "Boolean" -> true;
            case "BigDecimal" -> new BigDecimal(mark + ".50");
            case "LocalDate" -> LocalDate.of(2026, 1, 2).plusDays(mark);
            case "Instant" -> Instant.parse("2026-01-02T03:04:05.123456Z").plusSeconds(mark);
            case "UUID" -> UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8));
            default -> throw new IllegalStateException(path + ": teach Samples about " + type);
        };
    }
}
