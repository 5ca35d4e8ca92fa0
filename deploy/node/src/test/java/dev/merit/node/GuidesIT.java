package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.analyst.store.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The guides, pasted. Every block for a shell that begins with {@code API=}, and those after it on its page, are run
 * against a node with demo data. They need bash, curl and sed, as their readers do.
 */
final class GuidesIT {
    private static final Path GUIDES = Path.of("..", "docs");
    private static final String WRITTEN_API = "http://127.0.0.1:8080/api/agent/v1";

    /** The real curl, whose answers are written down beside what they answer. */
    private static final String RECORDING_CURL = """
        #!/usr/bin/env bash
        set -u -o pipefail
        headers=$(mktemp "$ANSWERS/XXXXXX.headers")
        "$REAL_CURL" -D "$headers" "$@" | tee "${headers%.headers}.body"
        """;

    private static final Path DIST =
            Path.of("..", "analyst", "target", "dist").toAbsolutePath().normalize();
    private static final Duration SETTLED = Duration.ofSeconds(60);

    private static Path directory;
    private static Path curl;
    private static RunningNode node;

    /** Lines to paste, and the paragraph after them. */
    private record Block(String lines, String after) {}

    /** One answer that a page got. */
    private record Answered(int status, String body) {
        String code() {
            try {
                JsonNode json = Api.json(body);
                return json.path("code").asText();
            } catch (IOException e) {
                return "";
            }
        }
    }

    @BeforeAll
    static void start(@TempDir Path made) throws Exception {
        directory = made;
        curl = onThePath("curl");
        node = RunningNode.start(directory.resolve("data"), settings(), "up", "--demo");
        List<String> program = RunningNode.command();
        StringBuilder launcher = new StringBuilder("#!/usr/bin/env bash\nexec");
        program.forEach(word -> launcher.append(" '").append(word).append('\''));
        launcher.insert("#!/usr/bin/env bash\n".length(), analyst(program.getFirst()));
        executable(directory.resolve("merit"), launcher.append(" \"$@\"\n").toString());
        executable(Files.createDirectories(directory.resolve("bin")).resolve("curl"), RECORDING_CURL);
    }

    /** The launcher's other program, from its own distribution. */
    private static String analyst(String java) {
        return """
            if [ "$1" = analyst ]; then
              shift
              exec '%1$s' '@%2$s/jvm.args' -cp '%2$s/lib/*' dev.merit.analyst.Main "$@"
            fi
            """.formatted(java, DIST);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    static Stream<String> guides() throws IOException {
        try (Stream<Path> files = Files.list(GUIDES)) {
            return files
                    .filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !blocks(read(file)).isEmpty())
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    // Breaks when a line of a guide does not work as pasted, or when the API refuses what the guide does not say it
    // refuses.
    @ParameterizedTest
    @MethodSource("guides")
    void worksAsItIsPasted(String guide) throws Exception {
        String page = read(GUIDES.resolve(guide));

        paste(guide, page);
        if (page.contains("twice as well as once")) {
            paste(guide, page);
        }
    }

    // Breaks when a command of the page on analytics does not work as pasted, or its SQL on the file that they make.
    @Test
    void readsAndReportsAsTheGuideShows() throws Exception {
        String page = read(GUIDES.resolve("analytics.md"));
        // Something to report of.
        assertThat(Api.curl(Shell.words(directory, node.curls().getFirst())).statusCode())
                .isEqualTo(201);
        Map<String, String> environment = new TreeMap<>(RunningNode.environment(directory.resolve("data")));
        environment.putAll(knownIds());
        StringBuilder script = new StringBuilder("set -eu -o pipefail\n");
        // The node runs already.
        fenced(page, "sh").forEach(block -> script.append(block.replaceAll("(?m)^\\./merit up.*\n", "")));
        Path pasted = Files.writeString(directory.resolve("analytics.sh"), script);

        Shell.Outcome outcome = Shell.run(directory, environment, List.of("bash", pasted.toString()));

        assertThat(outcome.exitCode()).as(script + "\n" + outcome.said()).isZero();
        assertThat(outcome.said())
                .contains(" new events in ", "by the month in which they were earned", "by day and card");
        assertThat(directory.resolve("report.svg")).isNotEmptyFile();
        assertThat(directory.resolve("card.png")).isNotEmptyFile();
        assertThat(directory.resolve("days.svg")).isNotEmptyFile();
        List<String> queries = fenced(page, "sql");
        assertThat(queries).isNotEmpty();
        try (Warehouse warehouse = Warehouse.openToRead(directory.resolve("data/analyst.duckdb"));
                var statement = warehouse.connection().createStatement()) {
            for (String query : queries) {
                assertThat(statement.execute(query)).as(query).isTrue();
            }
        }
    }

    /** A partner and a card of which something is published, as the page calls them. */
    private static Map<String, String> knownIds() throws Exception {
        try (Connection database = AnalystIT.connect(node)) {
            node.waitFor(SETTLED, () -> AnalystIT.rows(
                            database, "SELECT event_id::text FROM audit.v_outbox WHERE NOT published")
                    .isEmpty());
            String[] known = AnalystIT.rows(database, "SELECT partner_id || ' ' || card_id FROM audit.v_balance")
                    .getFirst()
                    .split(" ", 2);
            return Map.of("PARTNER", known[0], "CARD", known[1]);
        }
    }

    private static List<String> fenced(String page, String language) {
        return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static void paste(String guide, String page) throws Exception {
        Path answers = Files.createTempDirectory(directory, "answers");
        Path script = directory.resolve(guide + ".sh");
        Files.writeString(script, script(page));
        Map<String, String> environment = new TreeMap<>(RunningNode.environment(directory.resolve("data")));
        environment.put("ALL_ANSWERS", answers.toString());
        environment.put("REAL_CURL", curl.toString());
        environment.put("PATH", directory.resolve("bin") + ":" + System.getenv("PATH"));

        Shell.Outcome outcome = Shell.run(directory, environment, List.of("bash", script.toString()));

        assertThat(outcome.exitCode()).as(outcome.said()).isZero();
        int good = 0;
        List<Block> blocks = blocks(page);
        for (int i = 0; i < blocks.size(); i++) {
            for (Answered each : answers(answers.resolve(Integer.toString(i)))) {
                good += each.status() < 300 ? 1 : 0;
                // A block may show a refusal, when the words right after it name it.
                if (each.status() >= 400) {
                    assertThat(blocks.get(i).after())
                            .as(each + "\n" + outcome.said())
                            .contains("`" + each.code() + "`");
                }
            }
        }
        assertThat(good).as(guide).isPositive();
    }

    /** The blocks one after another, stopping at what fails and at what came out empty. */
    private static String script(String page) throws IOException {
        StringBuilder script = new StringBuilder("set -eu -o pipefail\n");
        List<Block> blocks = blocks(page);
        for (int i = 0; i < blocks.size(); i++) {
            String lines = blocks.get(i).lines();
            script.append("export ANSWERS=\"$ALL_ANSWERS/").append(i).append("\"; mkdir \"$ANSWERS\"\n");
            script.append(lines.replace(WRITTEN_API, node.api()));
            lines.lines()
                    .filter(line -> line.matches("[A-Z]+=\\$\\(.*"))
                    .map(line -> line.substring(0, line.indexOf('=')))
                    .forEach(name -> script.append(": \"${").append(name).append(":?came out empty}\"\n"));
        }
        return script.toString();
    }

    private static List<Block> blocks(String page) {
        List<Block> blocks = new ArrayList<>();
        String[] parts = page.split("(?m)^```sh\n", -1);
        for (int i = 1; i < parts.length; i++) {
            int end = parts[i].indexOf("\n```") + 1;
            String lines = parts[i].substring(0, end);
            if (!blocks.isEmpty() || lines.lines().anyMatch(line -> line.startsWith("API="))) {
                String after = parts[i].substring(end).replaceFirst("^```\n+", "");
                blocks.add(new Block(lines, after.split("\n\n", 2)[0]));
            }
        }
        return blocks;
    }

    private static List<Answered> answers(Path folder) throws IOException {
        List<Answered> answers = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path headers :
                    files.filter(file -> file.toString().endsWith(".headers")).toList()) {
                String[] first = Files.readString(headers).split("\\s", 3);
                Path body = Path.of(headers.toString().replace(".headers", ".body"));
                answers.add(new Answered(Integer.parseInt(first[1]), Files.readString(body)));
            }
        }
        return answers;
    }

    private static Map<String, String> settings() {
        return Map.of(
                "MERIT_CORS_ORIGINS", "https://shop.example",
                "MERIT_RATE_LIMIT_ADMIN_DEFAULT", "-1",
                "MERIT_RATE_LIMIT_ADMIN_CEILING", "-1");
    }

    private static Path onThePath(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "There is no " + program + " on the path; the guides use it, so this test needs it."));
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
