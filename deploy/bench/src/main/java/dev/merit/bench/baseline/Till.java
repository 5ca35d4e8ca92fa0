package dev.merit.bench.baseline;

import java.sql.SQLException;
import java.util.List;

/** One client with a connection of its own. */
interface Till extends AutoCloseable {

    /** Comes back when the purchases are on disk; never more than {@link #batch}. */
    void purchase(List<Order> orders) throws SQLException;

    /** How many purchases go together. */
    default int batch() {
        return 1;
    }

    @Override
    void close() throws SQLException;
}
