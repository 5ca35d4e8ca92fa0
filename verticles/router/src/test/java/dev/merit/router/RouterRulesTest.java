package dev.merit.router;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

final class RouterRulesTest {
    @Test
    void keepsTheHouseRules() {
        HouseRules.check("dev.merit.router");
    }
}
