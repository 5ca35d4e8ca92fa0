package dev.merit.points;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

class PointsRulesTest {
    @Test
    void keepsTheHouseRules() {
        HouseRules.check("dev.merit.points");
    }
}
