package dev.merit.bench;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

class BenchRulesTest {
    @Test
    void keepsTheHouseRules() {
        HouseRules.check("dev.merit.bench");
    }
}
