package dev.merit.contracts;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for.
 *
 * @param page from 1; ignored when there is a cursor
 * @param perPage 1 to 100
 * @param cursor from an earlier page's {@code next_cursor}
 */
public record Paging(int page, int perPage, @Nullable String cursor) {
    /** Totals are exact up to here, so that page 1 costs the same whatever the size. */
    public static final int TOTAL_MAX = 10_000;

    public static final int PER_PAGE_DEFAULT = 25;
    public static final int PER_PAGE_MAX = 100;

    public Paging {
        if (page < 1 || perPage < 1 || perPage > PER_PAGE_MAX) {
            throw new IllegalArgumentException("no such page: " + page + " of " + perPage);
        }
    }

    /** How many rows lie before this page. */
    public long offset() {
        return (page - 1L) * perPage;
    }
}
