package dev.merit.router.pages;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Two colours of which one can be read on the other: contrast by WCAG 2, never below {@value #CONTRAST_MIN}. A partner
 * chooses both; where its choice cannot be read, the text becomes black or white, whichever stands out more.
 *
 * @param back behind the text, {@code #RRGGBB}
 * @param text the text, {@code #RRGGBB}
 */
record Colours(String back, String text) {
    static final double CONTRAST_MIN = 4.5;

    private static final String BLACK = "#000000";
    private static final String WHITE = "#FFFFFF";
    private static final String STANDARD = "#1F3A5F";
    private static final Pattern HEX = Pattern.compile("#[0-9A-Fa-f]{6}");

    /** The nearest pair that can be read; what is no colour counts as not given. */
    static Colours readable(@Nullable String back, @Nullable String text) {
        String behind = colour(back, STANDARD);
        String wanted = colour(text, WHITE);
        if (contrast(behind, wanted) >= CONTRAST_MIN) {
            return new Colours(behind, wanted);
        }
        return new Colours(behind, contrast(behind, WHITE) >= contrast(behind, BLACK) ? WHITE : BLACK);
    }

    /** From 1, which is the same colour twice, to 21, which is black on white. */
    static double contrast(String one, String other) {
        double first = luminance(one);
        double second = luminance(other);
        return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
    }

    private static String colour(@Nullable String given, String standard) {
        return given != null && HEX.matcher(given).matches() ? given : standard;
    }

    private static double luminance(String colour) {
        int rgb = Integer.parseInt(colour.substring(1), 16);
        return 0.2126 * linear((rgb >> 16) & 0xFF) + 0.7152 * linear((rgb >> 8) & 0xFF) + 0.0722 * linear(rgb & 0xFF);
    }

    private static double linear(int channel) {
        double share = channel / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }
}
