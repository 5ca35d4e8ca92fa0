package dev.merit.chaos.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.chaos.plan.Plant;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewriteTest {
    private static String rewritten(Plant plant, String statement) {
        byte[] message = statement.getBytes(StandardCharsets.UTF_8);
        Rewrite.of(plant, 1).forEach(rewrite -> rewrite.apply(message));
        return new String(message, StandardCharsets.UTF_8);
    }

    @Test
    void givesEachNodeATableOfItsOwn() {
        assertThat(rewritten(Plant.KEYS_IN_MEMORY, "INSERT INTO platform.idempotency; FROM platform.idempotency"))
                .isEqualTo("INSERT INTO platform.idempotenc2; FROM platform.idempotenc2");
        assertThat(rewritten(Plant.LIMIT_PER_NODE, "vouchers.voucher_counter, vouchers.member_use, vouchers.voucher"))
                .isEqualTo("vouchers.voucher_counte2, vouchers.member_us2, vouchers.voucher");
    }

    @Test
    void takesLocksFromAccountsAndFromNothingElse() {
        assertThat(rewritten(Plant.MISSING_LOCK, "FROM ledger.account FOR UPDATE) AS ä"))
                .isEqualTo("FROM ledger.account           ) AS ä");
        assertThat(rewritten(Plant.MISSING_LOCK, "FROM platform.lease FOR UPDATE"))
                .isEqualTo("FROM platform.lease FOR UPDATE");
    }

    @Test
    void changesNothingWhenNothingIsPlanted() {
        for (Plant plant : EnumSet.of(Plant.NONE, Plant.NAIVE_POLLER, Plant.EARLY_ACKNOWLEDGEMENT)) {
            assertThat(Rewrite.of(plant, 0)).isEqualTo(List.of());
        }
    }

    /** Another length would have to change the rest of the message. */
    @Test
    void refusesWordsOfAnotherLength() {
        assertThatThrownBy(() -> new Rewrite("", "a", "bc")).isInstanceOf(IllegalArgumentException.class);
    }
}
