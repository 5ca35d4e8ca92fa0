package dev.merit.chaos;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

class ChaosRulesTest {
    @Test
    void keepsTheHouseRules() {
        HouseRules.check("dev.merit.chaos");
    }
}
