package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.platform.config.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files with which others run Merit agree with the program and with each other. */
final class DeploymentFilesTest {
    private static final Path TOP = Path.of("..", "..");
    private static final Path COMPOSE = TOP.resolve("docker-compose.yml");
    private static final Path MANIFESTS = TOP.resolve("deploy/kubernetes/base");
    private static final Path IMAGE = TOP.resolve("deploy/image/Containerfile");

    private static final Pattern SETTING = Pattern.compile("\\bMERIT_[A-Z_]+\\b");

    /** Read by the compose file alone. */
    private static final Set<String> OTHERS = Set.of("MERIT_IMAGE", "MERIT_PORT");

    /** Breaks when a setting is renamed: every node would refuse to start. */
    @Test
    void nameOnlySettingsThatThereAre() throws IOException {
        Set<String> known = Arrays.stream(Variable.values()).map(Variable::key).collect(Collectors.toSet());
        known.addAll(OTHERS);

        Set<String> named = new TreeSet<>();
        for (Path file : files()) {
            SETTING.matcher(Files.readString(file)).results().forEach(found -> named.add(found.group()));
        }

        assertThat(named).contains("MERIT_DATABASE_URL", "MERIT_CLUSTER_MEMBERS");
        assertThat(known).containsAll(named);
    }

    /** Breaks when a node is killed in the middle of an orderly stop. */
    @Test
    void waitLongerForAnEndThanANodeTakes() throws IOException {
        String deployment = Files.readString(MANIFESTS.resolve("deployment.yaml"));
        long sleep = number("command: \\[sleep, \"(\\d+)\"]", deployment);
        long drain = number("MERIT_DRAIN_SECONDS: \"(\\d+)\"", Files.readString(MANIFESTS.resolve("config.yaml")));

        assertThat(number("terminationGracePeriodSeconds: (\\d+)", deployment)).isGreaterThan(sleep + drain + 10);
        assertThat(number("stop_grace_period: (\\d+)s", node(Files.readString(COMPOSE))))
                .isGreaterThan(Long.parseLong(Variable.DRAIN_SECONDS.standard()) + 10);
    }

    private static String node(String compose) {
        return compose.substring(compose.indexOf("x-node: "), compose.indexOf("services:"));
    }

    private static long number(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> manifests = Files.list(MANIFESTS)) {
            return Stream.concat(manifests, Stream.of(COMPOSE, IMAGE)).toList();
        }
    }
}
