package dev.merit.chaos.world;

import dev.merit.chaos.plan.Cut;
import java.util.List;

/** Where nodes and servers listen, and how a node is cut off. */
public sealed interface Network extends AutoCloseable permits Loopback, Namespaces {

    /** The address at which nodes reach PostgreSQL and Kafka. */
    String serverHost();

    /** The address at which a node listens. */
    String nodeHost(int node);

    /** What stands before the command line of a node. */
    List<String> within(int node);

    /** Drops every packet between a node and the others, both ways, without telling anybody. */
    void cut(int node, Cut from);

    /** Lets everything through again. */
    void heal(int node);

    @Override
    void close();
}
