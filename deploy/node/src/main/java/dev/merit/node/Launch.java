package dev.merit.node;

import dev.merit.platform.config.Settings;
import dev.merit.platform.config.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the environment must hold before anything is started. */
final class Launch {
    private Launch() {}

    /**
     * Settings for a program that may start servers of its own.
     *
     * @throws SettingsException naming all that is wrong, a line each
     */
    static Settings settings(Map<String, String> environment) {
        return Settings.read(environment);
    }

    /**
     * Settings for a program that starts no servers, so that they must be given.
     *
     * @throws SettingsException naming all that is wrong, a line each
     */
    static Settings settingsWithServers(Map<String, String> environment) {
        Settings settings = Settings.read(environment);
        List<String> problems = new ArrayList<>();
        if (settings.storage().databaseUrl().isEmpty()) {
            problems.add(
                    "MERIT_DATABASE_URL is not set; `merit node` starts no PostgreSQL of its own, `merit up` does.");
        }
        if (settings.kafka().publishing() && settings.kafka().bootstrapServers().isEmpty()) {
            problems.add(
                    "MERIT_KAFKA_BOOTSTRAP_SERVERS is not set; `merit node` starts no Kafka of its own, `merit up` does;"
                            + " `off` publishes nothing.");
        }
        refuse(problems);
        return settings;
    }

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }
}
