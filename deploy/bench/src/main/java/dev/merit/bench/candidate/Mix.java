package dev.merit.bench.candidate;

/**
 * Who buys and what is sent twice. A request is fully told by its number, so that sending the number again is the
 * repeat.
 *
 * @param members purchases are spread over that many; 1 makes one hot member
 * @param repeatEvery each so many-th request of a connection repeats one that was acknowledged; 0 for none
 */
public record Mix(int members, int repeatEvery) {
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final long PERCENT_SALT = 0x5DEECE66DL;
    private static final int CENTS_MIN = 1_000;
    private static final int CENTS_RANGE = 9_000;

    public static Mix spread(int members) {
        return new Mix(members, 0);
    }

    boolean isRepeat(long sentBefore) {
        return repeatEvery > 0 && sentBefore % repeatEvery == repeatEvery - 1;
    }

    int member(long number) {
        return (int) Long.remainderUnsigned(scramble(number), members);
    }

    /** From 10.00 to 99.99, so that every body has the same length. */
    static int cents(long number) {
        return CENTS_MIN + (int) Long.remainderUnsigned(scramble(~number), CENTS_RANGE);
    }

    /** From 0 to 99, whoever buys and for how much. */
    static int percent(long number) {
        return (int) Long.remainderUnsigned(scramble(number ^ PERCENT_SALT), 100);
    }

    private static long scramble(long number) {
        long mixed = (number + 1) * MULTIPLIER;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
