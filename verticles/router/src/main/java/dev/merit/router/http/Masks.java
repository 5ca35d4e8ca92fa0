package dev.merit.router.http;

import java.util.regex.Pattern;

/** Takes keys and e-mail addresses out of text that callers made up, before it is kept. */
public final class Masks {
    /** The part of a key that may be shown, and the rest of it. */
    private static final Pattern KEY = Pattern.compile("(rl_(?:agent|member|admin)_[0-9A-Za-z]{8})[0-9A-Za-z]+");

    private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@]+");

    private Masks() {}

    /** The text as it may be kept; the same text always gives the same. */
    public static String text(String given) {
        String text = given.contains("rl_") ? KEY.matcher(given).replaceAll("$1***") : given;
        return text.indexOf('@') < 0 ? text : EMAIL.matcher(text).replaceAll("***@***");
    }
}
