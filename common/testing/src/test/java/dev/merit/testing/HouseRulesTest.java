package dev.merit.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class HouseRulesTest {
    private static final String PLANTED = "dev.merit.testing.planted";

    // Fails when a rule no longer sees what it is there for.
    @Test
    void catchesEveryPlantedViolation() {
        JavaClasses planted = new ClassFileImporter().importPackages(PLANTED);

        assertThatThrownBy(() -> HouseRules.check(PLANTED, planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the domain is plain Java")
                .hasMessageContaining("LocalDate.now")
                .hasMessageContaining("SplittableRandom")
                .hasMessageContaining("UUID.randomUUID")
                .hasMessageContaining("System.getenv")
                .hasMessageContaining("SQL stands in stores")
                .hasMessageContaining("verticles talk through the typed bus")
                .hasMessageContaining("nobody waits on an event loop")
                .hasMessageContaining("a store knows rows, not requests")
                .hasMessageContaining("a name says what a thing is")
                .hasMessageContaining("be free of cycles");
    }

    @Test
    void leavesTestClassesAlone() {
        assertThatCode(() -> HouseRules.check(PLANTED)).doesNotThrowAnyException();
    }

    @Test
    void holdInTheContracts() {
        HouseRules.check("dev.merit.contracts");
    }

    @Test
    void holdInThePlatform() {
        HouseRules.check("dev.merit.platform");
    }
}
