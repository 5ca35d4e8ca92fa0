package dev.merit.platform.config;

import java.util.Arrays;
import java.util.Optional;

/** Every environment variable that Merit reads: its name, its default, what it is for. */
public enum Variable {
    HTTP_HOST("127.0.0.1", "Address the API listens on."),
    HTTP_PORT("8080", "Port of the API; 0 takes any free one."),
    MANAGEMENT_PORT("8081", "Port of health checks and metrics; 0 takes any free one."),
    EVENT_LOOPS(
            "0",
            "Threads that carry requests; 0 takes one for every two processors, as a database beside the node needs the rest."),
    DATABASE_URL(
            "", "`postgresql://user:password@host:port/database`; empty starts PostgreSQL inside the data directory."),
    MIGRATION_DATABASE_URL(
            "", "The same database for a login that may change its shape; empty uses `MERIT_DATABASE_URL`."),
    DATABASE_POOL_SIZE("10", "Connections for all that is not group commit."),
    KAFKA_BOOTSTRAP_SERVERS(
            "",
            "`host:port,…`; empty starts Kafka inside the data directory, `off` publishes nothing and keeps the outbox."),
    DATA_DIR("./data", "Where embedded servers keep their data and the node writes `node.json`."),
    ADMIN_KEY("", "The first admin key; empty makes one on the first start and prints it once."),
    VERTICLES("router,keys,registry,points,stamps,vouchers,discovery,events", "Which parts this node runs."),
    CLUSTER(
            "off",
            "`off`, `tcp` (the nodes of `MERIT_CLUSTER_MEMBERS`) or `kubernetes` (the pods behind one service)."),
    CLUSTER_HOST(
            "127.0.0.1",
            "Address or name of this node: where the cluster and the bus listen, and where others find them."),
    CLUSTER_PORT("5701", "Port of the cluster."),
    CLUSTER_BUS_PORT("5702", "Port of the bus; 0 takes any free one."),
    CLUSTER_MEMBERS("", "`host:port,…` of the nodes to join; with `kubernetes` the headless service, `name:port`."),
    CLUSTER_SECRET("", "What all nodes of a cluster share and nobody else knows, 16 characters at least."),
    RATE_LIMIT_PARTNER_DEFAULT("60", "Requests a minute of a partner key without a limit of its own; -1 switches off."),
    RATE_LIMIT_PARTNER_CEILING("1000", "Highest limit that a partner key may be given; -1 switches off."),
    RATE_LIMIT_MEMBER_DEFAULT("120", "The same for member keys."),
    RATE_LIMIT_MEMBER_CEILING("120", "The same for member keys."),
    RATE_LIMIT_ADMIN_DEFAULT("60", "The same for admin keys."),
    RATE_LIMIT_ADMIN_CEILING("1000", "The same for admin keys."),
    AUTH_FAILURES_PER_MINUTE("30", "Requests with a bad key that one address may send in a minute."),
    LOOKUP_FAILURES_PER_MINUTE(
            "30", "Unknown voucher codes, members and numbers of cards that one key may ask for in a minute."),
    IDEMPOTENCY_DAYS("30", "How long answers are kept for repeats."),
    CLAIM_HOURS("24", "How long a claim waits for a till."),
    DISCOVERY_MILLIS(
            "500", "How long discovery waits for one of its lists before it answers without it, in milliseconds."),
    PUBLIC_URL(
            "",
            "What stands before the path in links to public pages, such as `https://loyalty.example.com`; empty: where the API listens."),
    PAGES_PER_MINUTE("300", "Public pages that one address may ask for in a minute; -1 switches off."),
    CORS_ORIGINS("", "Origins of webshops that may call member endpoints, comma separated; `*` allows all."),
    TRACES_ENDPOINT(
            "",
            "Collector of traces that takes OTLP over HTTP, such as `http://collector:4318`; empty: nothing is traced."),
    TRACES_SAMPLE_PERCENT("10", "Of a hundred requests, how many are traced whose caller did not decide it."),
    LOG_FORMAT("text", "`text` or `json`."),
    DRAIN_SECONDS("15", "How long an orderly stop waits for clients to go elsewhere and for requests in flight."),
    EMBEDDED_DATABASE_PORT("0", "Port of the embedded PostgreSQL; 0 takes any free one."),
    EMBEDDED_KAFKA_PORT("0", "Port of the embedded Kafka; 0 takes any free one."),
    TEST_CONTAINERS("", "Read by tests only.");

    static final String PREFIX = "MERIT_";

    private final String standard;
    private final String purpose;

    Variable(String standard, String purpose) {
        this.standard = standard;
        this.purpose = purpose;
    }

    /** The name in the environment. */
    public String key() {
        return PREFIX + name();
    }

    /** The value when it is not set; empty means none. */
    public String standard() {
        return standard;
    }

    /** One sentence for the settings table. */
    public String purpose() {
        return purpose;
    }

    static Optional<Variable> of(String key) {
        return Arrays.stream(values()).filter(known -> known.key().equals(key)).findFirst();
    }
}
