package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator looks at and is woken by is there, under the names that the files use. */
final class DashboardIT {
    private static final Path DASHBOARD = Path.of("..", "dashboards", "merit.json");
    private static final Path ALERTS = Path.of("..", "compose", "alerts.yml");
    private static final Path GUIDE = Path.of("..", "docs", "operating.md");

    /** Prometheus makes this one itself; all others are ours to export. */
    private static final String SCRAPED = "up{";

    private static final Pattern METRIC = Pattern.compile("\\b(?:merit|jvm|process|system)_[a-z0-9_]+");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final Pattern HEADING = Pattern.compile("^### (Merit\\w+)$", Pattern.MULTILINE);

    /** Breaks when a metric is renamed, or given another unit, and the dashboard and the alarms stay empty for ever. */
    @Test
    void namesOnlyMetricsThatANodeExports(@TempDir Path directory) throws Exception {
        try (RunningNode node = RunningNode.start(directory.resolve("data"), "up", "--demo")) {
            assertThat(Api.curl(Shell.words(directory, node.curls().getFirst())).statusCode())
                    .isEqualTo(201);
            Set<String> exported = Api.text(node.management() + "/metrics")
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("[{ ]", 2)[0])
                    .collect(Collectors.toSet());

            assertThat(exported).containsAll(named(Files.readString(ALERTS)));
            for (String expression : expressions()) {
                Set<String> names = named(expression);
                assertThat(!names.isEmpty() || expression.contains(SCRAPED))
                        .as(expression)
                        .isTrue();
                assertThat(exported).as(expression).containsAll(names);
            }
        }
    }

    /** Breaks when somebody is woken by an alarm of which nothing says what it means and what to do. */
    @Test
    void explainsEveryAlarm() throws IOException {
        String alerts = Files.readString(ALERTS);

        List<String> names =
                ALERT.matcher(alerts).results().map(found -> found.group(1)).toList();

        assertThat(names).isNotEmpty().doesNotHaveDuplicates();
        assertThat(alerts.split("\n +meaning: ", -1)).hasSize(names.size() + 1);
        assertThat(alerts.split("\n +action: ", -1)).hasSize(names.size() + 1);
        assertThat(HEADING.matcher(Files.readString(GUIDE)).results().map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    private static Set<String> named(String text) {
        return METRIC.matcher(text)
                .results()
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> expressions() throws IOException {
        JsonNode dashboard = Api.json(Files.readString(DASHBOARD));
        List<String> expressions = dashboard.findValuesAsText("expr");
        assertThat(expressions).isNotEmpty();
        return expressions;
    }
}
