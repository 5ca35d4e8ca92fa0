package dev.merit.bench.peer;

import dev.merit.bench.baseline.BenchTables;
import dev.merit.bench.candidate.Ask;
import dev.merit.bench.candidate.Callers;
import dev.merit.bench.candidate.Errand;
import dev.merit.bench.candidate.Mix;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.bench.measure.CpuClock;
import dev.merit.bench.measure.Reading;
import dev.merit.bench.program.ChildProgram;
import dev.merit.embedded.program.Distribution;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Such a program, running, and how to call it. It gets the JVM's flags that the node gets. */
public final class Peer implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final String SPRING_JARS = "deploy/bench/target/dist/lib-spring";

    private final ChildProgram program;
    private final InetSocketAddress address;
    private final Errand errand;
    private final Connection control;
    private final AtomicLong numbers = new AtomicLong();

    private Peer(ChildProgram program, InetSocketAddress address, Errand errand, Connection control) {
        this.program = program;
        this.address = address;
        this.errand = errand;
        this.control = control;
    }

    /**
     * Where it runs and what on.
     *
     * @param url in PostgreSQL's own form, with the password
     * @param jdbcUrl the same for JDBC
     */
    public record Place(Distribution distribution, Path directory, String url, String jdbcUrl) {
        private List<String> java(String classPath, String... rest) {
            List<String> line = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "@" + distribution.root().resolve("jvm.args"),
                    "-cp",
                    classPath));
            Collections.addAll(line, rest);
            return line;
        }
    }

    /** One row by its key. */
    public static Peer bare(Place place) throws SQLException {
        int port = ChildProgram.freePort();
        List<String> line = place.java(System.getProperty("java.class.path"), BareEndpoint.class.getName());
        Map<String, String> settings =
                Map.of(BareEndpoint.DATABASE, place.url(), BareEndpoint.PORT, Integer.toString(port));
        Errand read = Errand.always(Ask.get("/rows/" + Ask.MEMBER_MARK));
        return start(
                new ChildProgram.Command("The bare endpoint", line, settings, place.directory()), port, read, place);
    }

    /** The same purchase as the baseline of several statements, behind Spring's web server. */
    public static Peer spring(Place place) throws SQLException {
        int port = ChildProgram.freePort();
        List<String> line = place.java(springJars() + "/*", "dev.merit.peer.PeerApplication");
        Map<String, String> settings =
                Map.of("SERVER_PORT", Integer.toString(port), "SPRING_DATASOURCE_URL", place.jdbcUrl());
        var till = new Ask.Sender(BenchTables.KEY, UUID.randomUUID().toString());
        Errand purchase = Errand.always(Ask.purchase(till, BenchTables.CARD.toString()));
        return start(
                new ChildProgram.Command("The Spring peer", line, settings, place.directory()), port, purchase, place);
    }

    private static Path springJars() {
        Path here = Distribution.find().root();
        for (Path folder = here; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(SPRING_JARS))) {
                return folder.resolve(SPRING_JARS);
            }
        }
        throw new BenchFailed("The Spring peer is not built: there is no " + SPRING_JARS + " above " + here + ".");
    }

    private static Peer start(ChildProgram.Command command, int port, Errand errand, Place place) throws SQLException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        ChildProgram program = ChildProgram.start(command);
        boolean ready = false;
        try {
            program.await(() -> listens(address), POLL);
            Connection control = DriverManager.getConnection(place.jdbcUrl());
            ready = true;
            return new Peer(program, address, errand, control);
        } finally {
            if (!ready) {
                program.close();
            }
        }
    }

    private static boolean listens(InetSocketAddress address) {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public long pid() {
        return program.pid();
    }

    /** One stretch of load. Fails when the baselines' ledger does not hold exactly what was acknowledged. */
    public Reading closedLoop(int count, Mix mix, Duration duration, CpuClock clock) throws SQLException {
        long before = BenchTables.countEntries(control);
        try (var callers = new Callers(List.of(address), Collections.nCopies(count, errand), mix, numbers)) {
            CpuClock.Stretch stretch = clock.start();
            Callers.Tally tally = callers.closedLoop(duration);
            var cpu = stretch.end();
            tally.requireSuccess();
            long written = BenchTables.countEntries(control) - before;
            long booked = tally.booked(Ask.Effect.PURCHASE);
            if (written < booked || written > booked + tally.failed()) {
                throw new BenchFailed(booked + " purchases were acknowledged by a peer and " + written + " booked.");
            }
            return new Reading(tally.inTime(), tally.failures(), duration, tally.latencies(), cpu, Duration.ZERO);
        }
    }

    @Override
    public void close() throws SQLException {
        program.close();
        control.close();
    }
}
