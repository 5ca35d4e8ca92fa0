package dev.merit.analyst;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.analyst.store.Warehouse;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reports say and answer for files and ids as they may be given; no broker. */
class CommandTest {
    private final Path file;
    private String said = "";
    private String complained = "";

    CommandTest(@TempDir Path directory) {
        this.file = directory.resolve("points.duckdb");
    }

    @BeforeEach
    void forget() {
        said = "";
        complained = "";
    }

    // Breaks when a mistyped name makes a file, or reports that nothing is owed.
    @ParameterizedTest
    @ValueSource(strings = {"report", "days"})
    void needsAFileWithEvents(String report) throws Exception {
        assertThat(run(report)).isEqualTo(2);
        assertThat(complained).hasLineCount(1).contains("There is nothing in " + file);
        assertThat(file).doesNotExist();

        Files.createFile(file);
        assertThat(run(report)).isEqualTo(2);
        assertThat(complained).hasLineCount(1).contains("There is nothing in " + file);
        assertThat(file).isEmptyFile();

        Files.delete(file);
        Warehouse.open(file).close();
        assertThat(run(report)).isEqualTo(2);
        assertThat(complained).hasLineCount(1).contains("There are no events in " + file);

        Files.writeString(file, "no database, but text, and more of it than a header has. ".repeat(100));
        assertThat(run(report)).isEqualTo(2);
        assertThat(complained).doesNotContain("\tat ");
        assertThat(said).isEmpty();
    }

    // Breaks when an id with a slip of the pen is one that nothing is owed to.
    @ParameterizedTest
    @ValueSource(strings = {"report", "days"})
    void knowsPartnersAndCardsById(String report) throws Exception {
        LedgerHistory history = LedgerHistory.play(3, 50);
        fill(history);
        String partner = history.events().getFirst().account().partner().toString();
        String card = history.events().getFirst().account().card().toString();
        String stranger = "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e99";

        assertThat(run(report, "--partner", partner, "--card", card)).isZero();
        assertThat(said).contains("Ties out");
        assertThat(run(report, "--partner", stranger)).isEqualTo(2);
        assertThat(complained).hasLineCount(1).contains("nothing of a partner " + stranger);
        assertThat(run(report, "--partner", partner, "--card", stranger)).isEqualTo(2);
        assertThat(complained).hasLineCount(1).contains("nothing of a card " + stranger);
        assertThat(run(report, "--card", "my card")).isEqualTo(2);
        assertThat(said).isEmpty();
    }

    @Test
    void endsWithOneWhenAnAccountIsSetAside() throws Exception {
        LedgerHistory history = LedgerHistory.play(3, 50);
        try (Warehouse warehouse = Warehouse.open(file)) {
            var unused = warehouse.add(
                    List.of(history.events().get(0), history.events().get(2)), Intake.TOPIC, Map.of());
        }

        assertThat(run("report")).isEqualTo(1);
        assertThat(said).contains("1 account is set aside", "from entry 2 on");
        assertThat(run("days")).isEqualTo(1);
        assertThat(said).contains("1 account is set aside", "from entry 2 on");
    }

    @Test
    void drawsBothReports() throws Exception {
        fill(LedgerHistory.play(3, 50));
        Path png = file.resolveSibling("drawn.png");
        Path svg = file.resolveSibling("drawn.svg");
        for (String report : List.of("report", "days")) {
            assertThat(run(report, "--png", png.toString(), "--svg", svg.toString()))
                    .isZero();
            assertThat(Files.size(png)).isGreaterThan(1_000);
            assertThat(Files.readString(svg)).contains("<svg");
            Files.delete(png);
            Files.delete(svg);
        }
        // Also where nothing had happened yet.
        assertThat(run("report", "--from", "2020-01", "--to", "2020-02", "--png", png.toString()))
                .isZero();
        assertThat(run("days", "--from", "2020-01-01", "--to", "2020-01-02", "--svg", svg.toString()))
                .isZero();
        assertThat(Files.size(png)).isGreaterThan(1_000);
        assertThat(Files.readString(svg)).contains("<svg");
        assertThat(run("report", "--svg", file.resolveSibling("no/where.svg").toString()))
                .isEqualTo(2);
        assertThat(run("days", "--from", "2026-02-01", "--to", "2026-01-01")).isEqualTo(2);
    }

    private void fill(LedgerHistory history) throws Exception {
        try (Warehouse warehouse = Warehouse.open(file)) {
            var unused = warehouse.add(history.events(), Intake.TOPIC, Map.of());
        }
    }

    private int run(String report, String... options) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        PrintStream outBefore = System.out;
        PrintStream errBefore = System.err;
        String[] words = new String[options.length + 3];
        words[0] = report;
        words[1] = "--file";
        words[2] = file.toString();
        System.arraycopy(options, 0, words, 3, options.length);
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            return Main.run(words);
        } finally {
            System.setOut(outBefore);
            System.setErr(errBefore);
            said = out.toString(StandardCharsets.UTF_8);
            complained = err.toString(StandardCharsets.UTF_8);
        }
    }
}
