package dev.merit.node.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import dev.merit.node.cluster.BusTrust.Stretched;
import dev.merit.platform.config.Settings;
import dev.merit.platform.config.Settings.Discovery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Joins the other nodes: Hazelcast carries membership and who serves what, the bus its messages. Nothing that must be
 * true lies in either: locks, leases and balances are PostgreSQL's.
 *
 * <p>Both listen on the configured host only, and nobody is looked for by multicast. A node is let in by the cluster's
 * name, which follows from the secret; on the bus each side proves the secret with its certificate ({@link BusTrust}).
 */
public final class ClusterJoin {
    /** How long a member may be silent before the others go on without it. */
    private static final int SILENCE_SECONDS = 10;

    /** Until then the others have heard that a node has left, and what they asked it before is answered. */
    private static final Duration TURNED_AWAY = Duration.ofSeconds(1);

    private static final Map<String, String> PROPERTIES = Map.ofEntries(
            Map.entry("hazelcast.phone.home.enabled", "false"),
            Map.entry("hazelcast.shutdownhook.enabled", "false"),
            Map.entry("hazelcast.logging.type", "slf4j"),
            Map.entry("hazelcast.socket.bind.any", "false"),
            Map.entry("hazelcast.wait.seconds.before.join", "0"),
            Map.entry("hazelcast.max.join.seconds", "20"),
            Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
            Map.entry("hazelcast.max.no.heartbeat.seconds", Integer.toString(SILENCE_SECONDS)),
            Map.entry("hazelcast.merge.first.run.delay.seconds", "5"),
            Map.entry("hazelcast.merge.next.run.delay.seconds", "5"),
            Map.entry("hazelcast.graceful.shutdown.max.wait", "5"),
            Map.entry("hazelcast.operation.call.timeout.millis", "5000"));

    private ClusterJoin() {}

    /**
     * A member of the cluster.
     *
     * @param members how many nodes the cluster has by now, this one included
     * @param leave takes leave of the cluster, which takes some seconds at most: the others turn elsewhere, what they
     *     have asked is still answered
     * @param quit leaves the cluster on the spot: what waits for an answer of it fails, what is asked inside this node
     *     goes on
     */
    public record Joined(Vertx vertx, IntSupplier members, Runnable leave, Runnable quit) {
        /** A node that needs no cluster. */
        public static Joined alone(Vertx vertx) {
            return new Joined(vertx, () -> 1, () -> {}, () -> {});
        }
    }

    /**
     * Starts Vert.x as a member of the cluster.
     *
     * @param builder what Vert.x is made with, besides
     * @param merged run when this node was cut off and has come back to the others: what it knows of them, and they of
     *     it, is from before
     * @throws IllegalArgumentException when the host has no address
     */
    public static Future<Joined> start(
            Settings.Cluster settings, VertxBuilder builder, VertxOptions options, Runnable merged) {
        System.setProperty("hazelcast.logging.type", "slf4j");
        String address = addressOf(settings.host());
        Stretched secret = Stretched.of(settings.secret().orElseThrow());
        BusTrust trust = BusTrust.of(secret);
        EventBusOptions bus = new EventBusOptions()
                .setHost(address)
                .setPort(settings.busPort())
                .setClusterPublicHost(address)
                .setSsl(true)
                .setKeyCertOptions(trust.identity())
                .setTrustOptions(trust.peers())
                .setClientAuth(ClientAuth.REQUIRED)
                .setClusterPingInterval(2_000)
                .setClusterPingReplyInterval(2_000)
                .setConnectTimeout(2_000);
        var manager = new HazelcastClusterManager(config(settings, address, secret));
        return builder.with(options.setEventBusOptions(bus))
                .withClusterManager(manager)
                .buildClustered()
                .map(vertx -> {
                    var unused = manager.getHazelcastInstance()
                            .getLifecycleService()
                            .addLifecycleListener(event -> {
                                if (event.getState() == LifecycleState.MERGED) {
                                    merged.run();
                                }
                            });
                    return new Joined(
                            vertx,
                            () -> manager.getNodes().size(),
                            () -> leave(manager),
                            () -> manager.getHazelcastInstance()
                                    .getLifecycleService()
                                    .terminate());
                });
    }

    private static void leave(HazelcastClusterManager manager) {
        var life = manager.getHazelcastInstance().getLifecycleService();
        if (!life.isRunning()) {
            return;
        }
        life.shutdown();
        try {
            Thread.sleep(TURNED_AWAY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Config config(Settings.Cluster settings, String address, Stretched secret) {
        // Brings the maps that the cluster manager keeps its subscriptions in.
        Config config = ConfigUtil.loadConfig();
        config.setClusterName(secret.clusterName());
        PROPERTIES.forEach(config::setProperty);
        config.getJetConfig().setEnabled(false);
        // Who has not shown the cluster's name yet can already send an object.
        JavaSerializationFilterConfig objects = new JavaSerializationFilterConfig();
        objects.getWhitelist().addPrefixes("io.vertx.spi.cluster.hazelcast.");
        config.getSerializationConfig().setJavaSerializationFilterConfig(objects);
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(settings.port()).setPortAutoIncrement(false);
        // Not by "interfaces": with them every member that is given by name has to be at an address of this node.
        config.setProperty("hazelcast.local.localAddress", address);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        if (settings.discovery() == Discovery.KUBERNETES) {
            String service = settings.members().getFirst();
            int colon = service.lastIndexOf(':');
            join.getKubernetesConfig()
                    .setEnabled(true)
                    .setProperty("service-dns", service.substring(0, colon))
                    .setProperty("service-port", service.substring(colon + 1));
        } else {
            join.getTcpIpConfig()
                    .setEnabled(true)
                    .setConnectionTimeoutSeconds(2)
                    .setMembers(settings.members());
        }
        return config;
    }

    private static String addressOf(String host) {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("MERIT_CLUSTER_HOST=" + host + " has no address here.", e);
        }
    }
}
