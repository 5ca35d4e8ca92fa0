package dev.merit.router.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.merit.platform.Json;
import dev.merit.router.tools.Argument.Place;
import dev.merit.router.tools.Tool.Effect;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the document of today does not hold, and the document of tomorrow may. */
final class ArgumentsTest {
    private static final ObjectNode ANY = JsonNodeFactory.instance.objectNode();

    // Breaks when one of two values of the same name would be lost.
    @Test
    void putsThePlaceBeforeANameThatIsTaken() {
        var arguments = new Arguments();
        arguments.add(Place.PATH, "id", ANY, true);
        arguments.add(Place.QUERY, "id", ANY, false);
        arguments.add(Place.HEADER, "Idempotency-Key", ANY, false);
        arguments.add(Place.BODY, "id", ANY, false);
        arguments.add(Place.BODY, "idempotency_key", ANY, false);

        assertThat(arguments.all())
                .extracting(Argument::name, Argument::sentAs)
                .containsExactly(
                        tuple("id", "id"),
                        tuple("query_id", "id"),
                        tuple("idempotency_key", "Idempotency-Key"),
                        tuple("body_id", "id"),
                        tuple("body_idempotency_key", "idempotency_key"));
    }

    @Test
    void leavesOutWholeSentencesOfALongDescription() {
        var tool = new Tool(
                "name", "Title", "Title. GET /here.", "First. Second.", "GET", "/here", List.of(), Effect.READ);

        assertThat(tool.description(100)).isEqualTo("Title. GET /here. First. Second.");
        assertThat(tool.description(26)).isEqualTo("Title. GET /here. First.");
        assertThat(tool.description(20)).isEqualTo("Title. GET /here.");
    }

    @Test
    void joinsLinesButThoseOfATable() {
        assertThat(PlainSchemas.unbroken("One\n  two.\n\nThree:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nFour.\n"))
                .isEqualTo("One two. Three:\n| a | b |\n|---|---|\n| 1 | 2 |\nFour.");
    }

    // Breaks when a reference, our own keywords or what only answers carry reach a reader of tools.
    @Test
    void followsReferencesAndKeepsWhatStandsBesideThem() {
        JsonNode document = Json.read("""
                {"components": {"schemas": {
                  "Tier": {"type": ["object", "null"], "description": "A tier.", "x-own": 1, "properties": {
                    "id": {"type": "string", "readOnly": true},
                    "zone": {"type": "string", "format": "time-zone", "example": "UTC"},
                    "level": {"$ref": "#/components/schemas/Level"}}},
                  "Level": {"type": "integer", "not": {"const": 0}}}}}
                """, JsonNode.class);
        JsonNode schema = Json.read("""
                {"$ref": "#/components/schemas/Tier", "description": "The\\n tier held."}
                """, JsonNode.class);

        ObjectNode plain = new PlainSchemas(document).plain(schema);

        assertThat(plain).isEqualTo(Json.read("""
                {"type": ["object", "null"], "description": "The tier held.", "properties": {
                  "zone": {"type": "string"}, "level": {"type": "integer"}}}
                """, JsonNode.class));
        assertThat(plain.get("description")).isEqualTo(TextNode.valueOf("The tier held."));
    }
}
