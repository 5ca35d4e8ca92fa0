package dev.merit.platform.pg;

import dev.merit.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was run on a database last: a hash of all scripts, kept as the comment of schema {@code platform}, so that it
 * goes with every dump. Scripts are never taken back; so whoever finds the hash of its own scripts has nothing to run.
 */
final class ScriptsMark {
    private static final Logger LOGGER = LoggerFactory.getLogger(ScriptsMark.class);
    private static final String PREFIX = "scripts ";

    private ScriptsMark() {}

    /** A hash of the names and contents of all scripts of these domains, in their order. */
    static String of(List<String> domains) {
        var text = new StringBuilder();
        try {
            for (String domain : domains) {
                text.append(domain).append(checksums("db/" + domain)).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] hash = Json.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
        return PREFIX + HexFormat.of().formatHex(hash);
    }

    private static SortedMap<String, Long> checksums(String folder) throws IOException {
        SortedMap<String, Long> found = new TreeMap<>();
        Enumeration<URL> places = ScriptsMark.class.getClassLoader().getResources(folder);
        while (places.hasMoreElements()) {
            URL place = places.nextElement();
            if (place.openConnection() instanceof JarURLConnection jar) {
                addPacked(jar, folder, found);
            } else {
                addLoose(place, found);
            }
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("there are no scripts in " + folder);
        }
        return found;
    }

    private static void addPacked(JarURLConnection place, String folder, SortedMap<String, Long> found)
            throws IOException {
        place.setUseCaches(false);
        try (JarFile jar = place.getJarFile()) {
            jar.stream()
                    .filter(entry -> entry.getName().startsWith(folder + "/") && !entry.isDirectory())
                    .forEach(entry -> found.put(entry.getName(), entry.getCrc()));
        }
    }

    private static void addLoose(URL place, SortedMap<String, Long> found) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(uri(place)))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                var crc = new CRC32();
                crc.update(Files.readAllBytes(file));
                found.put(String.valueOf(file.getFileName()), crc.getValue());
            }
        }
    }

    private static URI uri(URL place) {
        try {
            return place.toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String READ = """
            SELECT obj_description(to_regnamespace('platform'), 'pg_namespace') AS mark,
                   (SELECT bool_and(to_regclass(quote_ident(domain) || '.flyway_schema_history') IS NOT NULL)
                      FROM unnest(?) AS d (domain)) AS is_whole
            """;

    /** Whether these scripts were the last that were run, and every domain's schema is still there with its history. */
    static boolean isSet(DatabaseOptions database, List<String> domains, String mark) {
        try (Connection connection = connect(database);
                var statement = connection.prepareStatement(READ)) {
            statement.setArray(1, connection.createArrayOf("text", domains.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && mark.equals(rows.getString("mark")) && rows.getBoolean("is_whole");
            }
        } catch (SQLException e) {
            throw new FlywayException("Unable to ask for the scripts that were run: " + e.getMessage(), e);
        }
    }

    /** Says so, as far as the login may: without the mark the next start looks through the histories again. */
    static void set(DatabaseOptions database, String mark) {
        try (Connection connection = connect(database);
                var statement = connection.createStatement()) {
            // A literal, as this statement takes no parameters; a mark is a word and hex digits.
            statement.execute("COMMENT ON SCHEMA platform IS '" + mark + "'");
        } catch (SQLException e) {
            LOGGER.atInfo().addKeyValue("cause", e.getMessage()).log("scripts_not_marked");
        }
    }

    private static Connection connect(DatabaseOptions database) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
    }
}
