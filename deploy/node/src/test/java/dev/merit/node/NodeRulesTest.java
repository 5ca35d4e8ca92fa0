package dev.merit.node;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

final class NodeRulesTest {
    @Test
    void keepsToTheRulesOfTheHouse() {
        HouseRules.check("dev.merit.node");
    }
}
