package dev.merit.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The layout of the house as a test. A module applies it with {@code HouseRules.check("dev.merit.points")}; a class in
 * the wrong room, a query outside a store or a clock in the domain fails its build.
 */
public final class HouseRules {
    private static final String[] FRAMEWORKS = {
        "io.vertx..",
        "io.netty..",
        "com.fasterxml..",
        "java.sql..",
        "org.apache.kafka..",
        "dev.merit.platform..",
        "..store..",
        "..app.."
    };

    private static final Pattern OUTSIDE = Pattern.compile("java\\.time\\..*\\.(now|system.*)"
            + "|java\\.lang\\.System\\.(currentTimeMillis|nanoTime|getenv|getProperty)"
            + "|java\\.lang\\.Math\\.random|java\\.util\\.UUID\\.randomUUID");

    private HouseRules() {}

    /** Checks every rule on the production classes below a package. */
    public static void check(String basePackage) {
        JavaClasses production = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(basePackage);
        check(basePackage, production);
    }

    static void check(String basePackage, JavaClasses classes) {
        List<String> broken = rules(basePackage).stream()
                .map(rule -> rule.allowEmptyShould(true).evaluate(classes))
                .filter(EvaluationResult::hasViolation)
                .map(result -> result.getFailureReport().toString())
                .toList();
        if (!broken.isEmpty()) {
            throw new AssertionError(String.join(System.lineSeparator(), broken));
        }
    }

    private static List<ArchRule> rules(String base) {
        return List.of(
                noClasses()
                        .that()
                        .resideInAPackage("..domain..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(FRAMEWORKS)
                        .because("the domain is plain Java, so that its rules can be tested in milliseconds"),
                noClasses()
                        .that()
                        .resideInAPackage("..domain..")
                        .should()
                        .callMethodWhere(describe("reads clock, chance or environment", call -> OUTSIDE.matcher(
                                        call.getTargetOwner().getName() + "."
                                                + call.getTarget().getName())
                                .matches()))
                        .orShould()
                        .dependOnClassesThat()
                        .areAssignableTo(java.util.random.RandomGenerator.class)
                        .because("time and chance are handed to the domain, so that a decision can be repeated"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages("..store..", "dev.merit.platform..", "dev.merit.bench..")
                        .should()
                        .callMethodWhere(describe(
                                "prepares or runs a statement",
                                call -> call.getTargetOwner().getPackageName().startsWith("io.vertx.sqlclient")
                                        && call.getTarget().getName().matches("preparedQuery|query|prepare")))
                        .because("SQL stands in stores, above the method that uses it"),
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.merit.platform.bus..")
                        .should()
                        .callMethod(io.vertx.core.Vertx.class, "eventBus")
                        .because("verticles talk through the typed bus"),
                noClasses()
                        .should()
                        .callMethodWhere(describe(
                                "awaits a Future",
                                call -> call.getTargetOwner().getName().equals("io.vertx.core.Future")
                                        && call.getTarget().getName().equals("await")))
                        .because("nobody waits on an event loop"),
                noClasses()
                        .that()
                        .resideInAPackage("..store..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(base + ".app..", "dev.merit.platform.bus..", "io.vertx.ext.web..")
                        .because("a store knows rows, not requests"),
                noClasses()
                        .that()
                        .resideInAPackage("..app..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("io.vertx.ext.web..", "io.vertx.core.eventbus..")
                        .because("a use case does not know who called it"),
                noClasses()
                        .that()
                        .haveSimpleNameEndingWith("Verticle")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(base + ".domain..")
                        .because("a verticle only routes"),
                classes()
                        .should()
                        .haveSimpleNameNotEndingWith("Impl")
                        .andShould()
                        .haveSimpleNameNotEndingWith("Manager")
                        .andShould()
                        .haveSimpleNameNotEndingWith("Helper")
                        .andShould()
                        .haveSimpleNameNotEndingWith("Util")
                        .andShould()
                        .haveSimpleNameNotStartingWith("Abstract")
                        .andShould()
                        .haveSimpleNameNotStartingWith("Base")
                        .because("a name says what a thing is"),
                slices().matching(base + ".(*)..").should().beFreeOfCycles());
    }
}
