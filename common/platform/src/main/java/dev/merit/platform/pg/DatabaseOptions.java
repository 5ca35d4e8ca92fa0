package dev.merit.platform.pg;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is and how much of it to use.
 *
 * @param url {@code postgresql://user:password@host:port/database}
 * @param socketDirectory where the server's Unix socket lies, when it is on this machine; a third faster than TCP
 * @param role the role that every connection takes on; null keeps the login's own
 * @param poolSize connections for everything that is not group commit
 */
public record DatabaseOptions(
        String url,
        @Nullable String socketDirectory,
        @Nullable String role,
        int poolSize) {
    /** The role that may not change or delete ledger entries. */
    public static final String APP_ROLE = "merit_app";

    public DatabaseOptions {
        if (!isUrl(url)) {
            throw new IllegalArgumentException("a database URL is postgresql://user:password@host:port/database");
        }
    }

    /**
     * Whether this is {@code postgresql://user:password@host:port/database}; user, password and port may be left out.
     */
    public static boolean isUrl(String url) {
        try {
            URI uri = new URI(url);
            return "postgresql".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getPath().length() > 1;
        } catch (URISyntaxException e) {
            return false; // Its message would hold the password.
        }
    }

    public String host() {
        return URI.create(url).getHost();
    }

    public int port() {
        int port = URI.create(url).getPort();
        return port < 0 ? 5432 : port;
    }

    public String database() {
        return URI.create(url).getPath().substring(1);
    }

    public String user() {
        return userInfo(0);
    }

    public String password() {
        return userInfo(1);
    }

    /** The same server for JDBC, which migrations use. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + database();
    }

    /** The password never shows. */
    @Override
    public String toString() {
        return "postgresql://" + user() + "@" + host() + ":" + port() + "/" + database();
    }

    private String userInfo(int part) {
        String info = URI.create(url).getRawUserInfo();
        if (info == null) {
            return part == 0 ? "merit" : "";
        }
        String[] parts = info.split(":", 2);
        // A plus is a plus here: only forms write a space so.
        return parts.length > part ? URLDecoder.decode(parts[part].replace("+", "%2B"), StandardCharsets.UTF_8) : "";
    }
}
