package dev.merit.analyst;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

class AnalystRulesTest {
    @Test
    void keepsTheHouseRules() {
        HouseRules.check("dev.merit.analyst");
    }
}
