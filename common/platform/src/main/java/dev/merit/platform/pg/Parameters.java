package dev.merit.platform.pg;

import java.util.regex.Pattern;

/** The numbered parameters of statements that are put together. */
final class Parameters {
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    private Parameters() {}

    /** The same statement behind one that has so many parameters. */
    static String shifted(String statement, int by) {
        return PARAMETER.matcher(statement).replaceAll(match -> "\\$" + (Integer.parseInt(match.group(1)) + by));
    }

    /** The highest parameter's number. */
    static int count(String statement) {
        return PARAMETER
                .matcher(statement)
                .results()
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .max()
                .orElse(0);
    }
}
