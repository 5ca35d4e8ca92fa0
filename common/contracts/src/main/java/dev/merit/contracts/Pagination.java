package dev.merit.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The {@code pagination} member of a list answer.
 *
 * @param total exact up to {@link Paging#TOTAL_MAX}; absent when a cursor was used
 * @param totalCapped true when there are more than {@code total}, else absent
 * @param nextCursor where the next page starts; absent at the end and on lists without cursors
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Pagination(
        @Nullable Integer currentPage,
        int perPage,
        @Nullable Long total,
        @Nullable Boolean totalCapped,
        @Nullable String nextCursor) {

    /**
     * A page asked for by number.
     *
     * @param counted rows found, counted up to one more than {@link Paging#TOTAL_MAX}
     */
    public static Pagination numbered(Paging paging, long counted, @Nullable String nextCursor) {
        boolean capped = counted > Paging.TOTAL_MAX;
        return new Pagination(
                paging.page(),
                paging.perPage(),
                Math.min(counted, Paging.TOTAL_MAX),
                capped ? Boolean.TRUE : null,
                nextCursor);
    }

    /** A page asked for by cursor: no number, no total. */
    public static Pagination following(Paging paging, @Nullable String nextCursor) {
        return new Pagination(null, paging.perPage(), null, null, nextCursor);
    }
}
