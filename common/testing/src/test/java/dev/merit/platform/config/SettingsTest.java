package dev.merit.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.merit.contracts.Role;
import dev.merit.platform.config.Settings.Discovery;
import dev.merit.platform.config.Settings.LogFormat;
import dev.merit.platform.config.Settings.Rate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @Test
    void runsOnALaptopWithoutAnySetting() {
        Settings settings = Settings.read(Map.of("PATH", "/bin"));

        assertThat(settings.http().host()).isEqualTo("127.0.0.1");
        assertThat(settings.http().port()).isEqualTo(8080);
        assertThat(settings.http().managementPort()).isEqualTo(8081);
        assertThat(settings.http().corsOrigins()).isEmpty();
        assertThat(settings.http().authFailuresPerMinute()).isEqualTo(30);
        assertThat(settings.storage().databaseUrl()).isEmpty();
        assertThat(settings.storage().poolSize()).isEqualTo(10);
        assertThat(settings.storage().dataDirectory()).isAbsolute().endsWithRaw(java.nio.file.Path.of("data"));
        assertThat(settings.kafka().publishing()).isTrue();
        assertThat(settings.kafka().bootstrapServers()).isEmpty();
        assertThat(settings.cluster().discovery()).isEqualTo(Discovery.OFF);
        assertThat(settings.rate(Role.PARTNER)).isEqualTo(new Rate(60, 1000));
        assertThat(settings.rate(Role.MEMBER)).isEqualTo(new Rate(120, 120));
        assertThat(settings.rate(Role.ADMIN)).isEqualTo(new Rate(60, 1000));
        assertThat(settings.keeping().idempotency()).isEqualTo(Duration.ofDays(30));
        assertThat(settings.keeping().claims()).isEqualTo(Duration.ofHours(24));
        assertThat(settings.verticles())
                .containsExactly("router", "keys", "registry", "points", "stamps", "vouchers", "discovery", "events");
        assertThat(settings.showing().publicUrl()).isEmpty();
        assertThat(settings.showing().patience()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.tracing().isOn()).isFalse();
        assertThat(settings.tracing().samplePercent()).isEqualTo(10);
        assertThat(settings.adminKey()).isEmpty();
        assertThat(settings.logFormat()).isEqualTo(LogFormat.TEXT);
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void readsWhatIsSet() {
        Settings settings = Settings.read(Map.of(
                "MERIT_DATABASE_URL", "postgresql://merit:secret@db:6432/loyalty",
                "MERIT_KAFKA_BOOTSTRAP_SERVERS", "k1:9092, k2:9092",
                "MERIT_CLUSTER", "tcp",
                "MERIT_CLUSTER_MEMBERS", "10.0.0.1:5701,10.0.0.2:5701",
                "MERIT_CLUSTER_SECRET", "sixteen letters!",
                "MERIT_RATE_LIMIT_PARTNER_DEFAULT", "-1",
                "MERIT_VERTICLES", "router, keys",
                "MERIT_TRACES_ENDPOINT", "http://collector:4318/",
                "MERIT_LOG_FORMAT", "json",
                "MERIT_HTTP_PORT", " 0 "));

        assertThat(settings.storage().databaseUrl()).hasValue("postgresql://merit:secret@db:6432/loyalty");
        assertThat(settings.kafka().bootstrapServers()).hasValue("k1:9092, k2:9092");
        assertThat(settings.cluster().discovery()).isEqualTo(Discovery.TCP);
        assertThat(settings.cluster().members()).isEqualTo(List.of("10.0.0.1:5701", "10.0.0.2:5701"));
        assertThat(settings.rate(Role.PARTNER)).isEqualTo(new Rate(-1, 1000));
        assertThat(settings.verticles()).containsExactly("router", "keys");
        assertThat(settings.tracing().endpoint()).hasValue("http://collector:4318");
        assertThat(settings.logFormat()).isEqualTo(LogFormat.JSON);
        assertThat(settings.http().port()).isZero();
    }

    // Breaks when 0 is taken for a number of threads, or on a machine with one processor.
    @Test
    void takesAnEventLoopForEveryTwoProcessorsUnlessToldHowMany() {
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

        assertThat(Settings.read(Map.of()).http().eventLoops()).isEqualTo(half);
        assertThat(Settings.read(Map.of("MERIT_EVENT_LOOPS", "0")).http().eventLoops())
                .isEqualTo(half);
        assertThat(Settings.read(Map.of("MERIT_EVENT_LOOPS", "7")).http().eventLoops())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "https://loyalty.example.com, https://loyalty.example.com",
        "https://loyalty.example.com/, https://loyalty.example.com",
        "http://10.0.0.1:8080/app/, http://10.0.0.1:8080/app",
        "http://[::1]:8080, http://[::1]:8080"
    })
    void takesAPublicUrlWithoutItsLastSlash(String given, String kept) {
        assertThat(Settings.read(Map.of("MERIT_PUBLIC_URL", given)).showing().publicUrl())
                .hasValue(kept);
    }

    // It gets into codes that are printed: what is no plain address is refused at the start.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "loyalty.example.com",
                "ftp://loyalty.example.com",
                "https://user@loyalty.example.com",
                "https://loyalty.example.com/?a=b",
                "https://loyalty.example.com/#top",
                "https://loyalty.example.com/a b",
                "javascript:alert(1)"
            })
    void refusesAPublicUrlThatIsNoPlainAddress(String given) {
        assertThatThrownBy(() -> Settings.read(Map.of("MERIT_PUBLIC_URL", given)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("MERIT_PUBLIC_URL");
    }

    // An empty variable is how compose files say "not set".
    @Test
    void takesAnEmptyVariableAsNotSet() {
        assertThat(Settings.read(Map.of("MERIT_HTTP_PORT", "", "MERIT_DATABASE_URL", "  ")))
                .isEqualTo(Settings.read(Map.of()));
    }

    @Test
    void switchesPublishingOff() {
        assertThat(Settings.read(Map.of("MERIT_KAFKA_BOOTSTRAP_SERVERS", "off"))
                        .kafka()
                        .publishing())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "MERIT_HTTP_PORT, 65536",
        "MERIT_HTTP_PORT, -1",
        "MERIT_HTTP_PORT, eighty",
        "MERIT_MANAGEMENT_PORT, 1.5",
        "MERIT_EVENT_LOOPS, -1",
        "MERIT_EVENT_LOOPS, 257",
        "MERIT_DATABASE_URL, mysql://db/merit",
        "MERIT_DATABASE_URL, postgresql://db",
        "MERIT_MIGRATION_DATABASE_URL, db",
        "MERIT_DATABASE_POOL_SIZE, 0",
        "MERIT_KAFKA_BOOTSTRAP_SERVERS, localhost",
        "MERIT_ADMIN_KEY, rl_admin_short",
        "MERIT_VERTICLES, 'router,rooter'",
        "MERIT_VERTICLES, ','",
        "MERIT_CLUSTER, maybe",
        "MERIT_CLUSTER_PORT, 0",
        "MERIT_CLUSTER_BUS_PORT, -1",
        "MERIT_CLUSTER_MEMBERS, 10.0.0.1",
        "MERIT_RATE_LIMIT_PARTNER_DEFAULT, 0",
        "MERIT_RATE_LIMIT_MEMBER_CEILING, -2",
        "MERIT_RATE_LIMIT_ADMIN_DEFAULT, 1001",
        "MERIT_AUTH_FAILURES_PER_MINUTE, 0",
        "MERIT_IDEMPOTENCY_DAYS, 0",
        "MERIT_CLAIM_HOURS, forever",
        "MERIT_TRACES_ENDPOINT, collector:4318",
        "MERIT_TRACES_ENDPOINT, http://user:password@collector:4318",
        "MERIT_TRACES_SAMPLE_PERCENT, 101",
        "MERIT_TRACES_SAMPLE_PERCENT, -1",
        "MERIT_LOG_FORMAT, xml",
        "MERIT_DRAIN_SECONDS, 601",
        "MERIT_EMBEDDED_DATABASE_PORT, x",
        "MERIT_EMBEDDED_KAFKA_PORT, 70000",
    })
    void namesTheVariableWithABadValue(String variable, String value) {
        assertThatThrownBy(() -> Settings.read(Map.of(variable, value)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(variable);
    }

    /** Breaks when others are told to find a node everywhere, or when it listens there. */
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void refusesAClusterHostThatIsEveryAddress(String host) {
        assertThatThrownBy(() -> Settings.read(Map.of(
                        "MERIT_CLUSTER", "tcp",
                        "MERIT_CLUSTER_HOST", host,
                        "MERIT_CLUSTER_MEMBERS", "10.0.0.1:5701",
                        "MERIT_CLUSTER_SECRET", "sixteen letters!")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("MERIT_CLUSTER_HOST");
    }

    /** Breaks when a node joins whoever asks, or asks nobody. */
    @Test
    void wantsToKnowWhomToJoinAndBeKnownByASecret() {
        assertThatThrownBy(() -> Settings.read(Map.of("MERIT_CLUSTER", "tcp", "MERIT_CLUSTER_SECRET", "short")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("MERIT_CLUSTER_MEMBERS")
                .hasMessageContaining("MERIT_CLUSTER_SECRET")
                .hasMessageNotContaining("short");
        assertThatThrownBy(() -> Settings.read(Map.of(
                        "MERIT_CLUSTER", "kubernetes",
                        "MERIT_CLUSTER_MEMBERS", "merit-1:5701,merit-2:5701",
                        "MERIT_CLUSTER_SECRET", "sixteen letters!")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("one headless service");
    }

    // A typo in a name would otherwise be a setting that silently does nothing.
    @Test
    void refusesAVariableThatItDoesNotKnow() {
        assertThatThrownBy(() -> Settings.read(Map.of("MERIT_HTTP_PROT", "80")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("MERIT_HTTP_PROT");
    }

    @Test
    void tellsAllProblemsAtOnce() {
        SettingsException problems = catchThrowableOfType(
                SettingsException.class,
                () -> Settings.read(
                        Map.of("MERIT_HTTP_PORT", "x", "MERIT_CLUSTER", "y", "MERIT_LOG_FORMAT", "z", "MERIT_X", "1")));

        assertThat(String.valueOf(problems.getMessage()).lines()).hasSize(4);
        assertThat(problems).hasMessageContaining("off, tcp, kubernetes");
    }

    // Settings problems are printed at start, and settings may be: no secret may be in either.
    @Test
    void neverShowsASecret() {
        assertThatThrownBy(() -> Settings.read(Map.of(
                        "MERIT_DATABASE_URL", "postgresql://merit:geheim wort@db:5432/merit",
                        "MERIT_MIGRATION_DATABASE_URL", "postgres://owner:geheim wort@db:5432/merit",
                        "MERIT_ADMIN_KEY", "rl_admin_geheim wort")))
                .isInstanceOf(SettingsException.class)
                .hasMessageNotContaining("geheim");

        Settings settings = Settings.read(Map.of(
                "MERIT_DATABASE_URL", "postgresql://merit:geheim@db:5432/merit",
                "MERIT_MIGRATION_DATABASE_URL", "postgresql://owner:geheim@db:5432/merit",
                "MERIT_ADMIN_KEY", "rl_admin_" + "x".repeat(40)));
        assertThat(settings.toString()).doesNotContain("geheim").doesNotContain("xxx");
    }
}
