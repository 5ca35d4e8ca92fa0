package dev.merit.chaos.world;

import dev.merit.chaos.plan.Cut;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Each node in a network namespace of its own, joined by a bridge; servers and clients stay outside, at an address
 * each, so that a node can lose its servers while clients still reach it. Packets are dropped inside the node's
 * namespace.
 */
public final class Namespaces implements Network {
    private static final int FIRST_NODE = 11;
    private static final int NET_FIRST = 64;
    private static final int NETS = 128;
    private static final int BYTE = 256;

    /**
     * Ends what is left when this program was killed. A namespace lives on while a connection in it is still closing,
     * so the link goes first.
     */
    private static final String CLEAN = """
            node=0
            while [ "$node" -lt "$2" ]; do
              ip link del "$1v$node"
              ip netns del "$1-$node"
              node=$((node + 1))
            done
            ip link del "$1b"
            """;

    private final String name;
    private final String net;
    private final int nodes;
    private final Guard guard;

    private Namespaces(String name, String net, int nodes) {
        this.name = name;
        this.net = net;
        this.nodes = nodes;
        this.guard = Guard.start(CLEAN, name, Integer.toString(nodes));
    }

    /** Why this machine cannot do it; nothing when it can. */
    public static Optional<String> obstacle() {
        if (!Commands.run("", List.of("id", "-u")).text().equals("0")) {
            return Optional.of("cutting nodes off needs root, for network namespaces");
        }
        String probe = "mc" + ProcessHandle.current().pid() + "-probe";
        Commands.Said made = Commands.run("", List.of("ip", "netns", "add", probe));
        if (!made.isGood()) {
            return Optional.of("cutting nodes off needs `ip netns` of iproute2, which said: " + made.text());
        }
        try {
            Commands.Said filter = Commands.run(
                    "add table inet merit_chaos\n", List.of("ip", "netns", "exec", probe, "nft", "-f", "-"));
            return filter.isGood()
                    ? Optional.empty()
                    : Optional.of("cutting nodes off needs `nft` of nftables, which said: " + filter.text());
        } finally {
            Commands.need("ip", "netns", "del", probe);
        }
    }

    /** Makes bridge, namespaces and links. */
    public static Namespaces create(int nodes) {
        long pid = ProcessHandle.current().pid();
        String net = "10." + (NET_FIRST + pid % NETS) + "." + pid / NETS % BYTE + ".";
        Namespaces made = new Namespaces("mc" + pid, net, nodes);
        boolean complete = false;
        try {
            made.build();
            complete = true;
            return made;
        } finally {
            if (!complete) {
                made.close();
            }
        }
    }

    private void build() {
        Commands.need("ip", "link", "add", bridge(), "type", "bridge");
        // An address of its own, so that it does not change with each link that joins.
        Commands.need("ip", "link", "set", bridge(), "address", "02:4d:45:52:49:54");
        Commands.need("ip", "addr", "add", clientHost() + "/24", "dev", bridge());
        Commands.need("ip", "addr", "add", serverHost() + "/24", "dev", bridge());
        Commands.need("ip", "link", "set", bridge(), "up");
        for (int node = 0; node < nodes; node++) {
            String inside = "eth0";
            String outside = link(node);
            Commands.need("ip", "netns", "add", space(node));
            Commands.need("ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", space(node));
            Commands.need("ip", "link", "set", outside, "master", bridge(), "up");
            Commands.need("ip", "-n", space(node), "addr", "add", nodeHost(node) + "/24", "dev", inside);
            Commands.need("ip", "-n", space(node), "link", "set", inside, "up");
            Commands.need("ip", "-n", space(node), "link", "set", "lo", "up");
        }
    }

    private String bridge() {
        return name + "b";
    }

    private String link(int node) {
        return name + "v" + node;
    }

    private String space(int node) {
        return name + "-" + node;
    }

    /** Where clients come from: the kernel takes a bridge's first address. */
    private String clientHost() {
        return net + "1";
    }

    /** All addresses, for whoever lets only some in. */
    String range() {
        return net + "0/24";
    }

    @Override
    public String serverHost() {
        return net + "2";
    }

    @Override
    public String nodeHost(int node) {
        return net + (FIRST_NODE + node);
    }

    @Override
    public List<String> within(int node) {
        return List.of("ip", "netns", "exec", space(node));
    }

    @Override
    public void cut(int node, Cut from) {
        List<String> hosts = new ArrayList<>();
        if (from != Cut.PEERS) {
            hosts.add(serverHost());
        }
        if (from == Cut.ALL) {
            hosts.add(clientHost());
        }
        if (from != Cut.SERVERS) {
            IntStream.range(0, nodes)
                    .filter(other -> other != node)
                    .mapToObj(this::nodeHost)
                    .forEach(hosts::add);
        }
        filter(node, rules(hosts));
    }

    private static String rules(List<String> hosts) {
        StringBuilder rules = new StringBuilder("""
                add table inet merit_chaos
                add chain inet merit_chaos in { type filter hook input priority 0; }
                add chain inet merit_chaos out { type filter hook output priority 0; }
                """);
        for (String host : hosts) {
            rules.append("add rule inet merit_chaos in ip saddr ").append(host).append(" drop\n");
            rules.append("add rule inet merit_chaos out ip daddr ").append(host).append(" drop\n");
        }
        return rules.toString();
    }

    @Override
    public void heal(int node) {
        filter(node, "delete table inet merit_chaos\n");
    }

    private void filter(int node, String rules) {
        List<String> command = new ArrayList<>(within(node));
        command.addAll(List.of("nft", "-f", "-"));
        Commands.need(rules, command);
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        for (int node = 0; node < nodes; node++) {
            var unusedLink = Commands.run("", List.of("ip", "link", "del", link(node)));
            var unusedSpace = Commands.run("", List.of("ip", "netns", "del", space(node)));
        }
        var unused = Commands.run("", List.of("ip", "link", "del", bridge()));
        guard.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
