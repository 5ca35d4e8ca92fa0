package dev.merit.ledger;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

class LedgerRulesTest {

    @Test
    void keepsTheRulesOfTheHouse() {
        HouseRules.check("dev.merit.ledger");
    }
}
