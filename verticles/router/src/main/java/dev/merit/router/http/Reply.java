package dev.merit.router.http;

import dev.merit.contracts.Done;
import dev.merit.contracts.Page;
import dev.merit.platform.Json;
import org.jspecify.annotations.Nullable;

/**
 * What a route answers with, before it is put into the envelope.
 *
 * @param data the JSON of {@code data}
 * @param pagination the JSON of {@code pagination}; null when this is not a list
 * @param replayed whether the data was stored by an earlier, equal request
 * @param tagged whether it carries an entity tag
 * @param wrong what it tells of codes and members that are not there; null for nothing
 */
public record Reply(
        String data,
        @Nullable String pagination,
        boolean replayed,
        boolean tagged,
        @Nullable Wrong wrong) {

    /**
     * Wrong guesses that an answer tells of.
     *
     * @param acted whether something was carried out as well, so that the answer cannot be withheld
     */
    public record Wrong(int guesses, boolean acted) {}

    /** A resource that is read. It carries an entity tag. */
    public static Reply resource(Record resource) {
        return new Reply(Json.write(resource), null, false, true, null);
    }

    /** The same for what is written out already. */
    public static Reply written(String json) {
        return new Reply(json, null, false, true, null);
    }

    /** Something that is read and changes from one moment to the next. */
    public static Reply plain(Record body) {
        return new Reply(Json.write(body), null, false, false, null);
    }

    /** A page of a list. */
    public static Reply page(Page<?> page) {
        return new Reply(Json.write(page.items()), Json.write(page.pagination()), false, false, null);
    }

    /** A page that is asked for again and again, and often says the same. It carries an entity tag. */
    public static Reply taggedPage(Page<?> page) {
        return new Reply(Json.write(page.items()), Json.write(page.pagination()), false, true, null);
    }

    /** The entity tag of what is answered: of a page also of where it lies. */
    String tag() {
        return Json.etag(pagination == null ? data : data + pagination);
    }

    /** The outcome of a command. A replay goes out as it was stored, byte for byte. */
    public static Reply done(Done<?> done) {
        String replayed = done.replayed();
        return replayed == null
                ? new Reply(json(done), null, false, false, null)
                : new Reply(replayed, null, true, false, null);
    }

    /** The JSON of what was done just now. */
    static String json(Done<?> fresh) {
        String written = fresh.written();
        return written == null ? Json.write(fresh.body()) : written;
    }

    /** The same answer, which tells of wrong guesses. */
    public Reply telling(Wrong guessed) {
        return new Reply(data, pagination, replayed, tagged, guessed);
    }
}
