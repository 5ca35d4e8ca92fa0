package dev.merit.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.GoldenFiles;
import org.junit.jupiter.api.Test;

class SettingsTableTest {

    // The table is what operators read: it cannot say other names or defaults than the code.
    @Test
    void documentsEveryVariable() {
        var table = new StringBuilder("""
                # Settings

                Every variable that a node reads from its environment, once, at start. An empty one counts as not set.

                <!-- settings -->
                | variable | default | what it is for |
                |---|---|---|
                """);
        for (Variable variable : Variable.values()) {
            String standard = variable.standard().isEmpty() ? "" : "`" + variable.standard() + "`";
            table.append("| `%s` | %s | %s |\n".formatted(variable.key(), standard, variable.purpose()));
        }
        table.append("<!-- /settings -->\n");

        assertThat(GoldenFiles.in("../../deploy/docs").expected("settings.md", table.toString()))
                .isEqualTo(table.toString());
    }
}
