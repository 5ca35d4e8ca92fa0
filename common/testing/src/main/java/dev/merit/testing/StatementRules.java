package dev.merit.testing;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Tries every statement of a module's stores on the migrated database: a typo fails in seconds, and so does a query
 * into a schema that belongs to somebody else. A module applies it with one line: {@code
 * StatementRules.check(POSTGRES, Set.of("points"), PointsStore.class)}.
 */
public final class StatementRules {
    private static final Pattern STATEMENT =
            Pattern.compile("^\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern TEXT = Pattern.compile("'(?:[^']|'')*'");
    private static final Pattern COMMENT = Pattern.compile("--[^\\n]*");
    private static final Pattern STAR =
            Pattern.compile("\\bSELECT\\s+\\*(?!\\s+FROM\\s+unnest)", Pattern.CASE_INSENSITIVE);

    private StatementRules() {}

    /**
     * Prepares each {@code private static final String} constant of the stores, as the application's role.
     *
     * @param names the schemas that these stores may name, and functions of others ({@code ledger.holdings}), of which
     *     they may name no table
     */
    public static void check(PostgresFixture postgres, Set<String> names, Class<?>... stores) {
        var problems = new ArrayList<String>();
        Set<String> foreign = new TreeSet<>(postgres.query(
                "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"));
        foreign.removeAll(names);
        try (Connection connection = postgres.connection();
                var statement = connection.createStatement()) {
            statement.execute("SET ROLE merit_app");
            for (Class<?> store : stores) {
                Map<String, String> constants = statements(store);
                if (constants.isEmpty()) {
                    problems.add(store.getSimpleName() + " has no statement");
                }
                constants.forEach((name, sql) -> {
                    String place = store.getSimpleName() + "." + name;
                    problems.addAll(faults(place, withoutCalls(code(sql), names), foreign));
                    prepare(connection, sql).forEach(fault -> problems.add(place + ": " + fault));
                });
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        if (!problems.isEmpty()) {
            throw new AssertionError(String.join(System.lineSeparator(), problems));
        }
    }

    /**
     * How the server would run a statement when it does not know the parameters' values, with sorting and sequential
     * scans priced out, as a small table says nothing about a large one.
     */
    public static String plan(PostgresFixture postgres, Class<?> store, String constant) {
        String sql = statements(store).get(constant);
        try (Connection connection = postgres.connection();
                var statement = connection.createStatement()) {
            statement.execute("SET plan_cache_mode = force_generic_plan");
            statement.execute("SET enable_seqscan = off");
            statement.execute("SET enable_sort = off");
            statement.execute("PREPARE tried AS " + sql);
            var plan = new StringBuilder();
            try (var rows = statement.executeQuery("EXPLAIN (COSTS off) EXECUTE tried" + nulls(connection))) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            return plan.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * How the server really ran a statement, with the rows that each step gave: once with a plan that knows the values,
     * and once with one that does not.
     *
     * @param arguments SQL literals, in the order of the parameters
     */
    public static List<String> run(PostgresFixture postgres, Class<?> store, String constant, String... arguments) {
        String sql = statements(store).get(constant);
        var plans = new ArrayList<String>();
        try (Connection connection = postgres.connection();
                var statement = connection.createStatement()) {
            for (String mode : List.of("force_custom_plan", "force_generic_plan")) {
                statement.execute("SET plan_cache_mode = " + mode);
                statement.execute("PREPARE tried AS " + sql);
                var plan = new StringBuilder();
                try (var rows =
                        statement.executeQuery("EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, BUFFERS off)"
                                + " EXECUTE tried(" + String.join(",", arguments) + ")")) {
                    while (rows.next()) {
                        plan.append(rows.getString(1)).append('\n');
                    }
                }
                plans.add(plan.toString());
                statement.execute("DEALLOCATE ALL");
            }
            return plans;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The SQL constants of a store by name. */
    static Map<String, String> statements(Class<?> store) {
        var found = new TreeMap<String, String>();
        for (Field field : store.getDeclaredFields()) {
            if (field.getType() == String.class && Modifier.isStatic(field.getModifiers())) {
                String text = value(field);
                if (STATEMENT.matcher(text).find()) {
                    found.put(field.getName(), text);
                }
            }
        }
        return found;
    }

    private static String value(Field constant) {
        try {
            constant.setAccessible(true);
            return String.valueOf(constant.get(null));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String code(String sql) {
        return COMMENT.matcher(TEXT.matcher(sql).replaceAll("''")).replaceAll("");
    }

    private static String withoutCalls(String code, Set<String> names) {
        String rest = code;
        for (String name : names) {
            if (name.contains(".")) {
                rest = rest.replaceAll("(?i)\\b" + Pattern.quote(name) + "\\s*\\(", "(");
            }
        }
        return rest;
    }

    private static List<String> faults(String place, String code, Set<String> foreign) {
        var faults = new ArrayList<String>();
        for (String schema : foreign) {
            if (Pattern.compile("\\b" + Pattern.quote(schema) + "\\s*\\.", Pattern.CASE_INSENSITIVE)
                    .matcher(code)
                    .find()) {
                faults.add(place + " reaches into schema " + schema);
            }
        }
        if (STAR.matcher(code).find()) {
            faults.add(place + " names no columns");
        }
        return faults;
    }

    private static String nulls(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT rtrim(repeat('NULL,', cardinality(parameter_types)), ',')"
                        + " FROM pg_prepared_statements WHERE name = 'tried'")) {
            String nulls = rows.next() ? rows.getString(1) : "";
            return nulls.isEmpty() ? "" : "(" + nulls + ")";
        }
    }

    /** Types, names and columns are checked by PREPARE, what the role may do only when a plan is opened. */
    private static List<String> prepare(Connection connection, String sql) {
        try (var statement = connection.createStatement()) {
            statement.execute("PREPARE tried AS " + sql);
            statement.execute("EXPLAIN EXECUTE tried" + nulls(connection));
            return List.of();
        } catch (SQLException e) {
            return List.of(String.valueOf(e.getMessage()));
        } finally {
            deallocate(connection);
        }
    }

    private static void deallocate(Connection connection) {
        try (var statement = connection.createStatement()) {
            statement.execute("DEALLOCATE ALL");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
