package dev.merit.platform.config;

import dev.merit.contracts.Role;
import dev.merit.platform.config.Settings.Cluster;
import dev.merit.platform.config.Settings.Discovery;
import dev.merit.platform.config.Settings.Http;
import dev.merit.platform.config.Settings.Kafka;
import dev.merit.platform.config.Settings.Keeping;
import dev.merit.platform.config.Settings.LogFormat;
import dev.merit.platform.config.Settings.Rate;
import dev.merit.platform.config.Settings.Showing;
import dev.merit.platform.config.Settings.Storage;
import dev.merit.platform.config.Settings.Tracing;
import dev.merit.platform.pg.DatabaseOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns the environment into settings and collects every complaint on the way. */
final class SettingsReader {
    private static final Set<String> VERTICLES =
            Set.of("router", "keys", "registry", "points", "stamps", "vouchers", "discovery", "events");
    private static final Pattern ADMIN_KEY = Pattern.compile("rl_admin_[0-9A-Za-z]{40}");
    private static final int URL_MAX = 200;
    private static final Pattern PLAIN_URL = Pattern.compile(
            "https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?|https?://\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?");
    private static final int EVENT_LOOPS_MAX = 256;
    private static final int PORT_MAX = 65_535;
    private static final int PERCENT_MAX = 100;
    private static final int CEILING_MAX = 1_000_000;
    private static final int SECRET_MIN = 16;
    private static final Set<String> ANYWHERE = Set.of("0.0.0.0", "::", "[::]");

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();

    SettingsReader(Map<String, String> environment) {
        this.environment = environment;
    }

    Settings read() {
        for (String key : environment.keySet()) {
            if (key.startsWith(Variable.PREFIX) && Variable.of(key).isEmpty()) {
                problems.add(key + " is not a setting of Merit; deploy/docs/settings.md lists them all.");
            }
        }
        Settings settings = new Settings(
                http(),
                storage(),
                kafka(),
                cluster(),
                rates(),
                keeping(),
                showing(),
                tracing(),
                verticles(),
                adminKey(),
                logFormat(),
                drain());
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return settings;
    }

    private Http http() {
        return new Http(
                text(Variable.HTTP_HOST),
                number(Variable.HTTP_PORT, 0, PORT_MAX),
                number(Variable.MANAGEMENT_PORT, 0, PORT_MAX),
                eventLoops(),
                list(Variable.CORS_ORIGINS),
                number(Variable.AUTH_FAILURES_PER_MINUTE, 1, CEILING_MAX),
                number(Variable.LOOKUP_FAILURES_PER_MINUTE, 1, CEILING_MAX));
    }

    private int eventLoops() {
        int given = number(Variable.EVENT_LOOPS, 0, EVENT_LOOPS_MAX);
        return given == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : given;
    }

    private Storage storage() {
        return new Storage(
                databaseUrl(Variable.DATABASE_URL),
                databaseUrl(Variable.MIGRATION_DATABASE_URL),
                number(Variable.DATABASE_POOL_SIZE, 1, 500),
                number(Variable.EMBEDDED_DATABASE_PORT, 0, PORT_MAX),
                Path.of(text(Variable.DATA_DIR)).toAbsolutePath().normalize());
    }

    private Kafka kafka() {
        String servers = text(Variable.KAFKA_BOOTSTRAP_SERVERS);
        int port = number(Variable.EMBEDDED_KAFKA_PORT, 0, PORT_MAX);
        if (servers.equals("off")) {
            return new Kafka(false, Optional.empty(), port);
        }
        boolean given = !hostsAndPorts(Variable.KAFKA_BOOTSTRAP_SERVERS).isEmpty();
        return new Kafka(true, given ? Optional.of(servers) : Optional.empty(), port);
    }

    private Cluster cluster() {
        Discovery discovery = choice(Variable.CLUSTER, Discovery.class);
        List<String> members = hostsAndPorts(Variable.CLUSTER_MEMBERS);
        String secret = text(Variable.CLUSTER_SECRET);
        if (discovery != Discovery.OFF) {
            if (members.isEmpty()) {
                problems.add(
                        Variable.CLUSTER_MEMBERS.key() + " is not set; a node of a cluster has to know whom to join.");
            }
            if (discovery == Discovery.KUBERNETES && members.size() > 1) {
                complain(Variable.CLUSTER_MEMBERS, "with kubernetes it names one headless service");
            }
            if (ANYWHERE.contains(text(Variable.CLUSTER_HOST))) {
                complain(Variable.CLUSTER_HOST, "it is where other nodes find this one, so it cannot be every address");
            }
            // The value is a secret, so it is not repeated.
            if (secret.length() < SECRET_MIN) {
                problems.add(Variable.CLUSTER_SECRET.key() + " must have " + SECRET_MIN
                        + " characters at least; all nodes of the cluster have the same.");
            }
        }
        return new Cluster(
                discovery,
                text(Variable.CLUSTER_HOST),
                number(Variable.CLUSTER_PORT, 1, PORT_MAX),
                number(Variable.CLUSTER_BUS_PORT, 0, PORT_MAX),
                members,
                secret.isEmpty() ? Optional.empty() : Optional.of(secret));
    }

    private Map<Role, Rate> rates() {
        var rates = new EnumMap<Role, Rate>(Role.class);
        rates.put(Role.PARTNER, rate(Variable.RATE_LIMIT_PARTNER_DEFAULT, Variable.RATE_LIMIT_PARTNER_CEILING));
        rates.put(Role.MEMBER, rate(Variable.RATE_LIMIT_MEMBER_DEFAULT, Variable.RATE_LIMIT_MEMBER_CEILING));
        rates.put(Role.ADMIN, rate(Variable.RATE_LIMIT_ADMIN_DEFAULT, Variable.RATE_LIMIT_ADMIN_CEILING));
        return Map.copyOf(rates);
    }

    private Rate rate(Variable standard, Variable ceiling) {
        Rate rate = new Rate(number(standard, -1, CEILING_MAX), number(ceiling, -1, CEILING_MAX));
        if (rate.standard() == 0 || rate.ceiling() == 0) {
            problems.add(standard.key() + " and " + ceiling.key() + " cannot be 0; -1 switches limiting off.");
        }
        if (rate.ceiling() > 0 && rate.standard() > rate.ceiling()) {
            problems.add(standard.key() + " is above " + ceiling.key() + ".");
        }
        return rate;
    }

    private Keeping keeping() {
        return new Keeping(
                Duration.ofDays(number(Variable.IDEMPOTENCY_DAYS, 1, 3650)),
                Duration.ofHours(number(Variable.CLAIM_HOURS, 1, 8760)));
    }

    private Showing showing() {
        int pages = number(Variable.PAGES_PER_MINUTE, -1, CEILING_MAX);
        if (pages == 0) {
            problems.add(Variable.PAGES_PER_MINUTE.key() + " cannot be 0; -1 switches limiting off.");
        }
        return new Showing(
                Duration.ofMillis(number(Variable.DISCOVERY_MILLIS, 10, 2_000)), plainUrl(Variable.PUBLIC_URL), pages);
    }

    private Tracing tracing() {
        return new Tracing(plainUrl(Variable.TRACES_ENDPOINT), number(Variable.TRACES_SAMPLE_PERCENT, 0, PERCENT_MAX));
    }

    private Optional<String> plainUrl(Variable variable) {
        String value = text(variable);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.length() > URL_MAX || !PLAIN_URL.matcher(value).matches()) {
            complain(variable, "it must be https://host or http://host, with a port and a path at most");
        }
        return Optional.of(value.replaceFirst("/+$", ""));
    }

    private Set<String> verticles() {
        var chosen = new LinkedHashSet<>(list(Variable.VERTICLES));
        for (String each : chosen) {
            if (!VERTICLES.contains(each)) {
                complain(Variable.VERTICLES, "there is no part \"" + each + "\"");
            }
        }
        if (chosen.isEmpty()) {
            complain(Variable.VERTICLES, "it names no part");
        }
        return chosen;
    }

    private Optional<String> adminKey() {
        String key = text(Variable.ADMIN_KEY);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        if (!ADMIN_KEY.matcher(key).matches()) {
            problems.add(Variable.ADMIN_KEY.key() + " is not an admin key: rl_admin_ and 40 letters and digits.");
        }
        return Optional.of(key);
    }

    private LogFormat logFormat() {
        return choice(Variable.LOG_FORMAT, LogFormat.class);
    }

    private Duration drain() {
        return Duration.ofSeconds(number(Variable.DRAIN_SECONDS, 0, 600));
    }

    private String text(Variable variable) {
        String value = environment.get(variable.key());
        return value == null || value.isBlank() ? variable.standard() : value.strip();
    }

    private List<String> list(Variable variable) {
        return Arrays.stream(text(variable).split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private int number(Variable variable, int from, int to) {
        String value = text(variable);
        try {
            int number = Integer.parseInt(value);
            if (number >= from && number <= to) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        complain(variable, "it must be a whole number from " + from + " to " + to);
        return Integer.parseInt(variable.standard());
    }

    private <E extends Enum<E>> E choice(Variable variable, Class<E> type) {
        String value = text(variable);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
                return constant;
            }
        }
        String choices = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        complain(variable, "it must be one of " + choices);
        return type.getEnumConstants()[0];
    }

    private Optional<String> databaseUrl(Variable variable) {
        String value = text(variable);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (DatabaseOptions.isUrl(value)) {
            return Optional.of(value);
        }
        // The value may hold a password, so it is not repeated.
        problems.add(variable.key() + " must be postgresql://user:password@host:port/database.");
        return Optional.empty();
    }

    private List<String> hostsAndPorts(Variable variable) {
        List<String> parts = list(variable);
        for (String part : parts) {
            if (!part.matches("[^\\s:,]+:[0-9]{1,5}")) {
                complain(variable, "it must be a list of host:port");
            }
        }
        return parts;
    }

    private void complain(Variable variable, String why) {
        problems.add(variable.key() + "=" + text(variable) + ": " + why + ".");
    }
}
