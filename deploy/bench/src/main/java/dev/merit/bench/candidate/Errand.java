package dev.merit.bench.candidate;

import java.util.List;

/**
 * What one connection asks for: always the same, or now this, now that. The number of a request decides, so that a
 * repeat asks for the same again.
 */
public record Errand(List<Share> shares) {
    private static final int HUNDRED = 100;

    public Errand {
        shares = List.copyOf(shares);
        if (shares.stream().mapToInt(Share::percent).sum() != HUNDRED) {
            throw new IllegalArgumentException("the shares must make a hundred: " + shares);
        }
    }

    /** Of a hundred requests, so many are this one. */
    public record Share(int percent, Ask ask) {}

    public static Errand always(Ask ask) {
        return new Errand(List.of(new Share(HUNDRED, ask)));
    }

    Ask ask(long number) {
        int drawn = shares.size() == 1 ? 0 : Mix.percent(number);
        for (Share share : shares) {
            drawn -= share.percent();
            if (drawn < 0) {
                return share.ask();
            }
        }
        return shares.getLast().ask();
    }
}
