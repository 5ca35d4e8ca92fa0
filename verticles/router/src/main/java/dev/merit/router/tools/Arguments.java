package dev.merit.router.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.router.tools.Argument.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Gathers the arguments of one tool, those of the path first and those of the body last. A name that is taken gets its
 * place in front: the body's {@code id} beside the path's becomes {@code body_id}.
 */
final class Arguments {
    private final List<Argument> gathered = new ArrayList<>();

    void add(Place place, String sentAs, ObjectNode schema, boolean required) {
        String plain = sentAs.toLowerCase(Locale.ROOT).equals("idempotency-key") ? "idempotency_key" : sentAs;
        String name = isTaken(plain) ? place.word() + "_" + plain : plain;
        if (isTaken(name)) {
            throw new IllegalStateException("two arguments are called " + name);
        }
        gathered.add(new Argument(name, place, sentAs, schema, required));
    }

    List<Argument> all() {
        return List.copyOf(gathered);
    }

    private boolean isTaken(String name) {
        return gathered.stream().anyMatch(each -> each.name().equals(name));
    }
}
