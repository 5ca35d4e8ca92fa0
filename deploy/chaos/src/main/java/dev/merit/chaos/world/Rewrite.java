package dev.merit.chaos.world;

import dev.merit.chaos.plan.Plant;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Other words in a statement, of the same length, so that nothing else of a message changes.
 *
 * @param where only in statements that hold this; empty is everywhere
 */
record Rewrite(String where, String from, String to) {
    Rewrite {
        if (from.length() != to.length()) {
            throw new IllegalArgumentException("must be equally long: " + from + ", " + to);
        }
    }

    /** What a mistake changes in the words of one node, counted from 0. */
    static List<Rewrite> of(Plant plant, int node) {
        String number = Integer.toString(node + 1);
        List<Rewrite> rewrites = new ArrayList<>();
        switch (plant) {
            case KEYS_IN_MEMORY ->
                rewrites.add(new Rewrite("", "platform.idempotency", "platform.idempotenc" + number));
            case LIMIT_PER_NODE -> {
                rewrites.add(new Rewrite("", "vouchers.voucher_counter", "vouchers.voucher_counte" + number));
                rewrites.add(new Rewrite("", "vouchers.member_use", "vouchers.member_us" + number));
            }
            case MISSING_LOCK -> rewrites.add(new Rewrite("FROM ledger.account", "FOR UPDATE", " ".repeat(10)));
            case NONE, EARLY_ACKNOWLEDGEMENT, NAIVE_POLLER -> {
                // Nothing on the way is changed.
            }
        }
        return rewrites;
    }

    /** Changes a message in place. */
    void apply(byte[] message) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        if (!text.contains(where)) {
            return;
        }
        byte[] other = to.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + from.length())) {
            System.arraycopy(other, 0, message, at, other.length);
        }
    }
}
