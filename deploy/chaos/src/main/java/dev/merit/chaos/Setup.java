package dev.merit.chaos;

import dev.merit.chaos.plan.Plant;
import dev.merit.chaos.plan.Shape;
import dev.merit.chaos.store.PlantStore;
import dev.merit.chaos.world.ChaosFailed;
import dev.merit.chaos.world.Databases;
import dev.merit.chaos.world.FaultRunner;
import dev.merit.chaos.world.KafkaServer;
import dev.merit.chaos.world.Loopback;
import dev.merit.chaos.world.Namespaces;
import dev.merit.chaos.world.Network;
import dev.merit.chaos.world.Nodes;
import dev.merit.chaos.world.PostgresServer;
import dev.merit.chaos.world.WrongClock;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import dev.merit.embedded.program.Closing;
import dev.merit.embedded.program.Distribution;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Starts network, servers and nodes, and says what this machine cannot do. */
final class Setup {
    private final Options options;
    private final Closing closing;
    private final String adminKey = KeyFormat.compose(Role.ADMIN, random());
    private final List<String> left = new ArrayList<>();
    private final Shape shape;
    private final boolean cutting;

    Setup(Options options, Closing closing) {
        this.options = options;
        this.closing = closing;
        Optional<String> obstacle = options.partitions() ? Namespaces.obstacle() : Optional.empty();
        obstacle.ifPresent(why -> left.add("left out: partitions, since " + why + "."));
        if (!options.partitions()) {
            left.add("left out: partitions, as asked for.");
        }
        if (options.skewHours() != 0) {
            WrongClock.obstacle().ifPresent(why -> {
                throw new ChaosFailed("--skew cannot be had: " + why + ".");
            });
            left.add("clocks of nodes: right, " + options.skewHours() + " h ahead, as much behind, and so on.");
        }
        if (options.plant() != Plant.NONE) {
            left.add("a mistake is planted: " + options.plant() + "; the run has to fail.");
        }
        this.cutting = options.partitions() && obstacle.isEmpty();
        this.shape = cutting ? options.shape() : options.shape().withoutPartitions();
    }

    /** What is really run here. */
    Shape shape() {
        return shape;
    }

    /** What is not, and what else is unusual. */
    List<String> left() {
        return List.copyOf(left);
    }

    String adminKey() {
        return adminKey;
    }

    /** Comes back when every node is ready. */
    FaultRunner.World start() throws InterruptedException, SQLException {
        Distribution own = Distribution.find();
        Distribution distribution = options.from() == null ? own : Distribution.in(options.from());
        Path home = options.out();
        Network network = closing.add(cutting ? Namespaces.create(shape.nodes()) : new Loopback());
        ChaosRun.say("starting PostgreSQL and Kafka");
        PostgresServer postgres = closing.add(
                PostgresServer.start(home.resolve("postgres"), network, Databases.settings(options.plant())));
        KafkaServer kafka = closing.add(KafkaServer.start(home.resolve("kafka"), network, distribution));
        ChaosRun.say("starting " + shape.nodes() + " nodes");
        Databases databases = closing.add(new Databases(postgres, network, options.plant(), shape.nodes()));
        if (options.plant() != Plant.NONE) {
            ChaosRun.say("planted on purpose: " + options.plant());
            Nodes.migrate(distribution, postgres.url(), home.resolve("migrate.log"));
            PlantStore.prepare(postgres.jdbcUrl(), options.plant(), shape.nodes());
        }
        Nodes nodes = closing.add(new Nodes(
                new Nodes.Setting(
                        distribution,
                        options.from() == null ? null : own,
                        network,
                        home,
                        options.skewHours(),
                        databases.urls(),
                        kafka.bootstrapServers(),
                        adminKey,
                        options.clustered() ? random() : null),
                shape.nodes()));
        // The first brings the database to its shape.
        nodes.start(0);
        nodes.awaitReady(0);
        for (int node = 1; node < shape.nodes(); node++) {
            nodes.start(node);
        }
        for (int node = 1; node < shape.nodes(); node++) {
            nodes.awaitReady(node);
        }
        nodes.allUp();
        return new FaultRunner.World(nodes, postgres, kafka, network);
    }

    private static String random() {
        return new SecureRandom()
                .ints(KeyFormat.RANDOM_LENGTH, 0, KeyFormat.ALPHABET.length())
                .mapToObj(index -> String.valueOf(KeyFormat.ALPHABET.charAt(index)))
                .collect(Collectors.joining());
    }
}
