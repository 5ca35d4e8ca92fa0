package dev.merit.platform.pg;

import io.vertx.sqlclient.Tuple;
import java.util.regex.Pattern;

/** The numbered parameters of statements that are put together. */
final class Parameters {
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    private Parameters() {}

    /** The same statement behind one that has so many parameters. */
    static String shifted(String statement, int by) {
        return PARAMETER.matcher(statement).replaceAll(match -> "\\$" + (Integer.parseInt(match.group(1)) + by));
    }

    /** Values and parameters that differ in number would give the next part the values of this one. */
    static void check(String statement, Tuple values) {
        if (values.size() != count(statement)) {
            throw new IllegalArgumentException(values.size() + " values for " + count(statement) + " parameters");
        }
    }

    /** The highest parameter's number. By hand, as it is asked for with every batch. */
    static int count(String statement) {
        int highest = 0;
        for (int at = statement.indexOf('$'); at >= 0; at = statement.indexOf('$', at + 1)) {
            int number = 0;
            for (int i = at + 1; i < statement.length() && isDigit(statement.charAt(i)); i++) {
                number = number * 10 + statement.charAt(i) - '0';
            }
            highest = Math.max(highest, number);
        }
        return highest;
    }

    private static boolean isDigit(char each) {
        return each >= '0' && each <= '9';
    }
}
