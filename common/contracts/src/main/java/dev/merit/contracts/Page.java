package dev.merit.contracts;

import java.util.List;

/**
 * A reply that is a list. Implemented by one record per resource, since the wire knows records by name.
 *
 * @param <T> the rows
 */
public interface Page<T> {
    List<T> items();

    Pagination pagination();
}
