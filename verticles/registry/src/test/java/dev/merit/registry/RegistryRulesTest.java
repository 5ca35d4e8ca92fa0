package dev.merit.registry;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

class RegistryRulesTest {
    @Test
    void keepsTheLayoutOfTheHouse() {
        HouseRules.check("dev.merit.registry");
    }
}
