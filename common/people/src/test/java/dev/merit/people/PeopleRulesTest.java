package dev.merit.people;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

class PeopleRulesTest {

    @Test
    void keepsTheRulesOfTheHouse() {
        HouseRules.check("dev.merit.people");
    }
}
