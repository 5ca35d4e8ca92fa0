package dev.merit.node;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code node.json} tells scripts and people about a running node. It holds the database's password and no key.
 *
 * @param kafkaBootstrapServers null when nothing is published
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record NodeDescription(
        long pid,
        int httpPort,
        int managementPort,
        String databaseUrl,
        @Nullable String kafkaBootstrapServers) {

    static PrivateFile<NodeDescription> file(Path dataDirectory) {
        return new PrivateFile<>(dataDirectory.resolve("node.json"), NodeDescription.class);
    }
}
