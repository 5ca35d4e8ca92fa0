package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.platform.config.SettingsException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LaunchTest {

    /** Breaks when `node` falls back to servers of its own, which an operator would notice only after data is lost. */
    @Test
    void namesEveryServerThatANodeIsNotGiven() {
        assertThatThrownBy(() -> Launch.settingsWithServers(Map.of()))
                .isInstanceOf(SettingsException.class)
                .message()
                .hasLineCount(2)
                .contains("MERIT_DATABASE_URL is not set", "MERIT_KAFKA_BOOTSTRAP_SERVERS is not set");
    }

    @Test
    void takesANodeThatPublishesNothing() {
        var settings = Launch.settingsWithServers(
                Map.of("MERIT_DATABASE_URL", "postgresql://u:p@db:5432/merit", "MERIT_KAFKA_BOOTSTRAP_SERVERS", "off"));

        assertThat(settings.kafka().publishing()).isFalse();
    }
}
