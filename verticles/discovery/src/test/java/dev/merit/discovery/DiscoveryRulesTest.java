package dev.merit.discovery;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.merit.testing.HouseRules;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiscoveryRulesTest {
    private static final Set<String> HARMLESS = Set.of("java.net.URI", "java.net.URISyntaxException");

    @Test
    void keepsTheHouseRules() {
        HouseRules.check("dev.merit.discovery");
    }

    // A link comes from a stranger. Breaks when code that could fetch it, or look its host up, comes anywhere near.
    @Test
    void hasNothingThatCouldOpenALink() {
        noClasses()
                .should()
                .dependOnClassesThat(DescribedPredicate.describe("could open a link", DiscoveryRulesTest::couldOpen))
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.merit.discovery"));
    }

    private static boolean couldOpen(JavaClass type) {
        String name = type.getPackageName();
        return (name.startsWith("java.net") && !HARMLESS.contains(type.getName()))
                || name.startsWith("java.nio.channels")
                || name.startsWith("io.vertx.core.net")
                || name.startsWith("io.vertx.core.http")
                || name.startsWith("io.vertx.core.dns");
    }
}
