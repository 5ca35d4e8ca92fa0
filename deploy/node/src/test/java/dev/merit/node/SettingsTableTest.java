package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.platform.config.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class SettingsTableTest {
    private static final Path README = Path.of("README.md");
    private static final String FROM = "<!-- settings -->\n";
    private static final String TO = "<!-- /settings -->";

    /** Breaks when a setting is added or changed and its documentation is not; the table to put there is in the failure. */
    @Test
    void documentsEverySettingAsItIs() throws IOException {
        String readme = Files.readString(README);

        String documented = readme.substring(readme.indexOf(FROM) + FROM.length(), readme.indexOf(TO));

        assertThat(documented).isEqualTo(table());
    }

    private static String table() {
        return Arrays.stream(Variable.values())
                .map(each ->
                        "| `" + each.key() + "` | " + (each.standard().isEmpty() ? "" : "`" + each.standard() + "`")
                                + " | " + each.purpose() + " |\n")
                .collect(Collectors.joining("", "| variable | default | purpose |\n| --- | --- | --- |\n", ""));
    }
}
