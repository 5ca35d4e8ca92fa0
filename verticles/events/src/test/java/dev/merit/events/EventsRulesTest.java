package dev.merit.events;

import dev.merit.testing.HouseRules;
import org.junit.jupiter.api.Test;

class EventsRulesTest {
    @Test
    void keepsToTheLayoutOfTheHouse() {
        HouseRules.check("dev.merit.events");
    }
}
