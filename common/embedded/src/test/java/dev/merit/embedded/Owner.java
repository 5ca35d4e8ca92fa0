package dev.merit.embedded;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A program that owns both servers, to be killed by tests. Prints one line about them, then waits for its end. */
final class Owner {
    private Owner() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path directory = Path.of(arguments[0]);
        DataDirectory held = DataDirectory.hold(directory);
        CompletableFuture<EmbeddedKafka> starting = CompletableFuture.supplyAsync(
                () -> EmbeddedKafka.start(KafkaOptions.in(held.path().resolve("kafka"))));
        EmbeddedPostgres postgres =
                EmbeddedPostgres.start(PostgresOptions.forTests(held.path().resolve("postgres")));
        EmbeddedKafka kafka = starting.join();
        System.out.println(String.join(
                " ",
                Long.toString(postgres.pid()),
                Long.toString(kafka.pid()),
                postgres.jdbcUrl(),
                kafka.bootstrapServers(),
                postgres.socketDirectory().toString()));
        Thread.sleep(600_000);
    }
}
