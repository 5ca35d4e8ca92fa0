package dev.merit.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NodeProcessTest {
    private static final Path ROOT =
            Path.of("").toAbsolutePath().resolve("../..").normalize();

    private static Map<String, String> settings(boolean kafka) {
        return new NodeProcess.Options(Path.of("home"), "postgresql://there", "a-key", kafka).settings(8_080);
    }

    // Breaks when the node is set in a way that its users would not set it: a larger pool, fewer checks, another log.
    @Test
    void tellsTheNodeWhereThingsAreAndHowHighTheLimiterCountsAndNoMore() {
        assertThat(settings(true))
                .containsOnlyKeys(
                        "MERIT_HTTP_PORT",
                        "MERIT_MANAGEMENT_PORT",
                        "MERIT_DATABASE_URL",
                        "MERIT_DATA_DIR",
                        "MERIT_ADMIN_KEY",
                        "MERIT_RATE_LIMIT_PARTNER_DEFAULT",
                        "MERIT_RATE_LIMIT_PARTNER_CEILING",
                        "MERIT_RATE_LIMIT_MEMBER_DEFAULT",
                        "MERIT_RATE_LIMIT_MEMBER_CEILING",
                        "MERIT_RATE_LIMIT_ADMIN_DEFAULT",
                        "MERIT_RATE_LIMIT_ADMIN_CEILING");
        assertThat(settings(false)).containsEntry("MERIT_KAFKA_BOOTSTRAP_SERVERS", "off");
    }

    // Breaks when limits are switched off: then a part of each request would not be measured.
    @Test
    void keepsTheLimiterOn() {
        assertThat(settings(true).entrySet())
                .filteredOn(setting -> setting.getKey().startsWith("MERIT_RATE_LIMIT_"))
                .hasSize(6)
                .allSatisfy(setting ->
                        assertThat(Integer.parseInt(setting.getValue())).isPositive());
    }

    // Breaks when the node does anything else because it is measured. Its help names the command, which is all.
    @Test
    void findsNothingOfItselfInTheNode() {
        List<String> lines = Stream.of("common", "verticles", "deploy/node")
                .flatMap(folder -> sources(ROOT.resolve(folder)).stream())
                .filter(line -> line.toLowerCase(Locale.ROOT).contains("bench"))
                .toList();

        assertThat(lines).singleElement().asString().contains("`merit bench`");
    }

    /** All lines of production code; that of the tests' own tools is none. */
    private static List<String> sources(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().contains("/src/main/"))
                    .filter(file -> !file.startsWith(ROOT.resolve("common/testing")))
                    .filter(file -> file.toString().matches(".*\\.(java|sql|yaml|xml|properties|args)"))
                    .flatMap(NodeProcessTest::lines)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
