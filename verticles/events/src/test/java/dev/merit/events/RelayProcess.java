package dev.merit.events;

import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.DatabaseOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A relay in a JVM of its own, which can be stopped and killed as only a process can. */
final class RelayProcess implements AutoCloseable {
    private final Process process;

    private RelayProcess(Process process) {
        this.process = process;
    }

    static RelayProcess start(DatabaseOptions database, String bootstrapServers, Path log) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                RelayProcess.class.getName(),
                database.url(),
                String.valueOf(database.role()),
                bootstrapServers));
        return new RelayProcess(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                // It ends with the test: see below.
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start());
    }

    /** Without goodbye: what it had sent is sent, what it had not is not. */
    void kill() throws Exception {
        signal("KILL");
        var unused = process.waitFor();
    }

    void signal(String name) throws Exception {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("kill -" + name + " ended with " + status);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx();
        Database database = Database.open(vertx, new DatabaseOptions(arguments[0], null, arguments[1], 2));
        var unused = vertx.deployVerticle(
                new EventsVerticle(vertx, Bus.of(vertx), database, arguments[2], new SimpleMeterRegistry()));
        // The end of the test's JVM closes this, however it came.
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        Runtime.getRuntime().halt(0);
    }
}
