package dev.merit.chaos.plan;

import dev.merit.chaos.domain.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;

/** The operations of a run in the order in which they are due, drawn from a seed. */
public record Load(List<PlannedOperation> operations) {
    private static final long SALT = 0x10ADL;
    private static final int HUNDRED = 100;
    private static final int PURCHASES = 60;
    private static final int REDEMPTIONS = 20;
    private static final int VOUCHERS = 10;
    /** Of a hundred operations, so many meet a hot member. */
    private static final int HOT = 70;

    private static final int REPEATED = 5;
    private static final int TWINS = 5;
    private static final int READ_EVERY = 10;
    /** So many are due at the same moment: what comes at once is what races. */
    private static final int BURST = 16;

    private static final int CENTS_MAX = 5_000;
    private static final int STAMPS_MAX = 4;
    private static final int CHOICES = 2;

    public Load {
        operations = List.copyOf(operations);
    }

    /** Draws who wants what, and when. */
    public static Load draw(long seed, Shape shape) {
        Random random = new Random(seed ^ SALT);
        long bursts = Math.ceilDiv(shape.operations(), BURST);
        List<PlannedOperation> operations = new ArrayList<>(shape.operations());
        for (int number = 0; number < shape.operations(); number++) {
            Kind kind = kind(random.nextInt(HUNDRED));
            int member = random.nextInt(HUNDRED) < HOT
                    ? random.nextInt(shape.hot())
                    : shape.hot() + random.nextInt(shape.cold());
            operations.add(new PlannedOperation(
                    new UUID(version4(random.nextLong()), variant(random.nextLong())),
                    kind,
                    random.nextInt(shape.tenants()),
                    member,
                    random.nextInt(CHOICES),
                    amount(kind, random),
                    shape.load().toMillis() * (number / BURST) / bursts,
                    manner(random.nextInt(HUNDRED)),
                    (number + 1) % READ_EVERY == 0));
        }
        return new Load(operations);
    }

    private static Kind kind(int percent) {
        if (percent < PURCHASES) {
            return Kind.PURCHASE;
        }
        if (percent < PURCHASES + REDEMPTIONS) {
            return Kind.REDEEM;
        }
        return percent < PURCHASES + REDEMPTIONS + VOUCHERS ? Kind.VOUCHER : Kind.STAMPS;
    }

    private static long amount(Kind kind, Random random) {
        // Drawn for every kind, so that the draws that follow do not depend on it.
        int cents = 1 + random.nextInt(CENTS_MAX);
        int stamps = 1 + random.nextInt(STAMPS_MAX);
        return switch (kind) {
            case PURCHASE -> cents;
            case STAMPS -> stamps;
            case REDEEM, VOUCHER -> 0;
        };
    }

    private static Manner manner(int percent) {
        if (percent < REPEATED) {
            return Manner.REPEATED;
        }
        return percent < REPEATED + TWINS ? Manner.TWIN : Manner.ONCE;
    }

    private static long version4(long bits) {
        return (bits & ~0xF000L) | 0x4000L;
    }

    private static long variant(long bits) {
        return (bits & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    }

    /** A line for each operation. */
    public String shown() {
        return operations.stream().map(PlannedOperation::shown).collect(Collectors.joining("\n"));
    }
}
