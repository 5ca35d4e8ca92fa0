package dev.merit.stamps;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

class StampsRulesTest {
    @Test
    void keepsTheHouseRules() {
        HouseRules.check("dev.merit.stamps");
    }
}
