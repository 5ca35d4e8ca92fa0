package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.merit.testing.PostgresFixture;
import java.util.List;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MigrationsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final List<String> DOMAINS = List.of("platform");
    private static final String MARK = "SELECT obj_description('platform'::regnamespace, 'pg_namespace')";

    private final DatabaseOptions owner = new DatabaseOptions(POSTGRES.options().url(), null, null, 1);

    @BeforeEach
    void migrateOnce() {
        POSTGRES.execute("COMMENT ON SCHEMA platform IS NULL");
        assertThat(Migrations.run(owner, DOMAINS)).isZero();
    }

    // Breaks when each start looks through all histories: a changed one would be found.
    @Test
    void passesOverADatabaseThatTheSameScriptsWereRunOn() {
        POSTGRES.execute("UPDATE platform.flyway_schema_history SET checksum = checksum + 1 WHERE version = '001'");
        try {
            assertThat(Migrations.run(owner, DOMAINS)).isZero();
        } finally {
            POSTGRES.execute("UPDATE platform.flyway_schema_history SET checksum = checksum - 1 WHERE version = '001'");
        }
    }

    // Breaks when a database that was restored in part, or lost a schema, is taken for whole because of its mark.
    @Test
    void looksThroughTheHistoriesWhenOneIsGone() {
        POSTGRES.execute("ALTER TABLE platform.flyway_schema_history RENAME TO put_away");
        try {
            assertThatExceptionOfType(FlywayException.class).isThrownBy(() -> Migrations.run(owner, DOMAINS));
        } finally {
            POSTGRES.execute("ALTER TABLE platform.put_away RENAME TO flyway_schema_history");
        }
    }

    // Breaks when a database is taken for up to date because some scripts were run on it once.
    @Test
    void looksThroughTheHistoriesWhenTheScriptsAreOthers() {
        String mark = POSTGRES.query(MARK).getFirst();
        POSTGRES.execute("COMMENT ON SCHEMA platform IS 'scripts 00'");
        POSTGRES.execute("UPDATE platform.flyway_schema_history SET checksum = checksum + 1 WHERE version = '001'");

        assertThatExceptionOfType(FlywayException.class).isThrownBy(() -> Migrations.run(owner, DOMAINS));
        assertThat(POSTGRES.query(MARK)).containsExactly("scripts 00");

        POSTGRES.execute("UPDATE platform.flyway_schema_history SET checksum = checksum - 1 WHERE version = '001'");
        assertThat(Migrations.run(owner, DOMAINS)).isZero();
        assertThat(POSTGRES.query(MARK)).containsExactly(mark);
    }

    @Test
    void tellsScriptsApartByDomainAndContent() {
        assertThat(ScriptsMark.of(DOMAINS)).isEqualTo(ScriptsMark.of(DOMAINS)).matches("scripts [0-9a-f]{64}");
        assertThat(ScriptsMark.of(List.of("platform", "platform"))).isNotEqualTo(ScriptsMark.of(DOMAINS));
        assertThatIllegalStateException().isThrownBy(() -> ScriptsMark.of(List.of("nothing")));
    }

    // An operator may give a login that owns nothing to nodes that find everything done.
    @Test
    void doesWithoutTheMarkWhereItMayNotBeSet() {
        String mark = POSTGRES.query(MARK).getFirst();
        POSTGRES.execute("DROP ROLE IF EXISTS passer_by; CREATE ROLE passer_by LOGIN PASSWORD 'x'");
        try {
            String url = POSTGRES.options().url().replaceFirst("//[^@]*@", "//passer_by:x@");

            ScriptsMark.set(new DatabaseOptions(url, null, null, 1), "scripts 11");

            assertThat(POSTGRES.query(MARK)).containsExactly(mark);
        } finally {
            POSTGRES.execute("DROP ROLE passer_by");
        }
    }
}
