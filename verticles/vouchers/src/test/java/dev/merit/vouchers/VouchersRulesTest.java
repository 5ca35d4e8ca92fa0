package dev.merit.vouchers;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

class VouchersRulesTest {
    @Test
    void keepsTheHouseRules() {
        HouseRules.check("dev.merit.vouchers");
    }
}
