package dev.merit.router;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * An operation that the API promises, as listed by hand.
 *
 * @param scopes any of them opens it; empty when none is needed
 */
record Promised(String method, String path, Set<String> scopes) {

    /** The whole list. */
    static List<Promised> all() {
        try (InputStream in = Promised.class.getResourceAsStream("/contract/operations.txt")) {
            if (in == null) {
                throw new IllegalStateException("the list of operations is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> List.of(line.strip().split(" +", -1)))
                    .map(Promised::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Promised of(List<String> words) {
        List<String> scopes = words.subList(2, words.size());
        return new Promised(words.get(0), words.get(1), scopes.equals(List.of("-")) ? Set.of() : Set.copyOf(scopes));
    }
}
