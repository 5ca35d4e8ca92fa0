package dev.merit.testing;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The same servers out of public images, for machines that have a container engine. They leave with the test JVM. */
final class Containers {
    private Containers() {}

    /** Whether somebody asked for containers and there is an engine to run them. */
    static boolean wanted() {
        return "true".equals(System.getenv("MERIT_TEST_CONTAINERS"))
                && DockerClientFactory.instance().isDockerAvailable();
    }

    /** Starts PostgreSQL and tells its URL. */
    static String postgres() {
        var server = new PostgreSQLContainer("postgres:18")
                .withUsername("merit")
                .withPassword("merit")
                .withDatabaseName("merit");
        server.start();
        return "postgresql://merit:merit@" + server.getHost() + ":" + server.getFirstMappedPort() + "/merit";
    }

    /** Starts Kafka and tells where clients connect. */
    static String kafka() {
        var broker = new KafkaContainer("apache/kafka:4.3.1");
        broker.start();
        return broker.getBootstrapServers();
    }
}
