package dev.merit.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * What one verticle asks of another. The reply type is part of the request type, so no end ever casts.
 *
 * @param <R> the reply
 */
public interface Request<R extends Record> {

    /** Where this request is served. */
    @JsonIgnore
    Address address();

    /** Pairs the reply with its request: the compiler refuses a reply of any other type. */
    default Answer reply(R body) {
        return new Answer(body, null, null);
    }
}
