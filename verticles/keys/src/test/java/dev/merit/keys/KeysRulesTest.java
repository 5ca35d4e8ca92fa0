package dev.merit.keys;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

class KeysRulesTest {
    @Test
    void keepsTheLayoutOfTheHouse() {
        HouseRules.check("dev.merit.keys");
    }
}
