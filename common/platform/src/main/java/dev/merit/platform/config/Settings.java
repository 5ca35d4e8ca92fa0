package dev.merit.platform.config;

import dev.merit.contracts.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that can be set, read once from the environment. A settings record that exists is valid.
 *
 * @param verticles the parts this node runs
 */
public record Settings(
        Http http,
        Storage storage,
        Kafka kafka,
        Cluster cluster,
        Map<Role, Rate> rates,
        Keeping keeping,
        Showing showing,
        Tracing tracing,
        Set<String> verticles,
        Optional<String> adminKey,
        LogFormat logFormat,
        Duration drain) {

    /**
     * Where the API listens.
     *
     * @param eventLoops how many threads carry requests
     * @param authFailuresPerMinute requests with a bad key that one address may send in a minute
     * @param lookupFailuresPerMinute codes and members that are not there which one key may ask for in a minute
     */
    public record Http(
            String host,
            int port,
            int managementPort,
            int eventLoops,
            List<String> corsOrigins,
            int authFailuresPerMinute,
            int lookupFailuresPerMinute) {}

    /**
     * Where data lies.
     *
     * @param databaseUrl empty: PostgreSQL is started inside the data directory, on {@code embeddedPort}
     */
    public record Storage(
            Optional<String> databaseUrl,
            Optional<String> migrationDatabaseUrl,
            int poolSize,
            int embeddedPort,
            Path dataDirectory) {

        /** The URLs hold passwords. */
        @Override
        public String toString() {
            return "Storage[external=" + databaseUrl.isPresent() + ", dataDirectory=" + dataDirectory + "]";
        }
    }

    /**
     * Where events go.
     *
     * @param bootstrapServers empty: Kafka is started inside the data directory, unless publishing is off
     */
    public record Kafka(boolean publishing, Optional<String> bootstrapServers, int embeddedPort) {}

    /**
     * How nodes find each other.
     *
     * @param secret what all nodes share; there is one unless discovery is off
     */
    public record Cluster(
            Discovery discovery, String host, int port, int busPort, List<String> members, Optional<String> secret) {

        /** The secret stays out. */
        @Override
        public String toString() {
            return "Cluster[" + discovery + ", " + host + ":" + port + ", members=" + members + "]";
        }
    }

    public enum Discovery {
        OFF,
        TCP,
        KUBERNETES
    }

    /** Requests a minute of a role's keys: what a key gets by default, and the most it may be given; -1 is no limit. */
    public record Rate(int standard, int ceiling) {}

    /** How long things are kept. */
    public record Keeping(Duration idempotency, Duration claims) {}

    /**
     * How things are shown to members and strangers.
     *
     * @param patience how long one list is waited for before the others go out without it
     * @param publicUrl what stands before the path in links to public pages, without a slash at its end; empty: where
     *     the node listens
     * @param pagesPerMinute public pages that one address may ask for in a minute; -1 is no limit
     */
    public record Showing(Duration patience, Optional<String> publicUrl, int pagesPerMinute) {}

    /**
     * What is traced.
     *
     * @param endpoint where spans are sent, without a slash at its end; empty: there are none
     * @param samplePercent how many of a hundred requests are traced whose caller did not decide it
     */
    public record Tracing(Optional<String> endpoint, int samplePercent) {
        public boolean isOn() {
            return endpoint.isPresent();
        }
    }

    public enum LogFormat {
        TEXT,
        JSON
    }

    /**
     * Reads the environment.
     *
     * @throws SettingsException naming every unknown variable and every bad value
     */
    public static Settings read(Map<String, String> environment) {
        return new SettingsReader(environment).read();
    }

    /** The admin key stays out. */
    @Override
    public String toString() {
        return "Settings[" + http + ", " + storage + ", " + kafka + ", " + cluster + ", verticles=" + verticles + "]";
    }

    /** The limits of a role's keys. */
    public Rate rate(Role role) {
        Rate rate = rates.get(role);
        if (rate == null) {
            throw new IllegalStateException("no rate for " + role);
        }
        return rate;
    }
}
