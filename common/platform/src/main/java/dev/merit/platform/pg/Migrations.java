package dev.merit.platform.pg;

import java.util.List;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the database to this program's shape: one folder {@code db/<domain>} and one history per domain schema, run
 * in the order given. Blocking: for start-up and for tests, never inside a verticle.
 */
public final class Migrations {
    private static final Logger LOGGER = LoggerFactory.getLogger(Migrations.class);

    /** Platform first, as it makes the roles; the ledger second, as domains build views on it. */
    public static final List<String> ORDER =
            List.of("platform", "ledger", "keys", "registry", "points", "stamps", "vouchers");

    private Migrations() {}

    /**
     * Runs what is missing and returns how many migrations that were. A database that the very same scripts were run on
     * is only asked whether that is so: looking through the histories takes half a second of every start.
     *
     * @throws org.flywaydb.core.api.FlywayException when a script fails, or the database cannot be reached
     */
    public static int run(DatabaseOptions database, List<String> domains) {
        String scripts = ScriptsMark.of(domains);
        if (ScriptsMark.isSet(database, domains, scripts)) {
            LOGGER.atInfo().addKeyValue("executed", 0).log("migrated");
            return 0;
        }
        int executed = migrate(database, domains);
        ScriptsMark.set(database, scripts);
        LOGGER.atInfo().addKeyValue("executed", executed).log("migrated");
        return executed;
    }

    private static int migrate(DatabaseOptions database, List<String> domains) {
        int executed = 0;
        for (String domain : domains) {
            var result = Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(database.jdbcUrl(), database.user(), database.password())
                    .schemas(domain)
                    .defaultSchema(domain)
                    .locations("classpath:db/" + domain)
                    .failOnMissingLocations(true)
                    .validateMigrationNaming(true)
                    .loggers("slf4j")
                    .load()
                    .migrate();
            executed += result.migrationsExecuted;
        }
        return executed;
    }
}
