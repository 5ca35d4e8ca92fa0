package dev.merit.router.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One argument of a tool.
 *
 * @param name in the tool's flat object
 * @param place where it goes in the request
 * @param sentAs its name there
 * @param schema stands alone: it holds no reference
 */
record Argument(String name, Place place, String sentAs, ObjectNode schema, boolean required) {

    /** Parts of a request. When two parts have a field of the same name, the earlier one here keeps it. */
    enum Place {
        PATH("path"),
        QUERY("query"),
        HEADER("header"),
        BODY("body");

        private final String word;

        Place(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }
}
