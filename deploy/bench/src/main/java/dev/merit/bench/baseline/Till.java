package dev.merit.bench.baseline;

import java.sql.SQLException;

/** One client with a connection of its own. */
interface Till extends AutoCloseable {

    /** Comes back when the purchase is on disk. */
    void purchase(Order order) throws SQLException;

    @Override
    void close() throws SQLException;
}
