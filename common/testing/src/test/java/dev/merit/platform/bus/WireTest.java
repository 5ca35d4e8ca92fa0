package dev.merit.platform.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.platform.Json;
import dev.merit.testing.GoldenFiles;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every message as JSON in a file, once with all fields and once with as few as may be. Nodes of two releases talk to
 * each other while a cluster is updated: a changed file is a change of the protocol, and a field that is renamed or
 * retyped breaks it.
 */
class WireTest {
    private static final GoldenFiles FILES = GoldenFiles.in("src/test/resources/wire");

    static Stream<String> tags() {
        return types().keySet().stream();
    }

    private static Map<String, Class<? extends Record>> types() {
        var types = new LinkedHashMap<>(Contracts.byTag());
        types.put("event.TransactionRecorded", LoyaltyEvent.TransactionRecorded.class);
        return types;
    }

    @ParameterizedTest
    @MethodSource("tags")
    void saysWhatItAlwaysSaid(String tag) throws JsonProcessingException {
        Class<? extends Record> type = type(tag);
        var file = new LinkedHashMap<String, JsonNode>();
        file.put("full", Json.MAPPER.valueToTree(Samples.full(type)));
        file.put("sparse", Json.MAPPER.valueToTree(Samples.sparse(type)));
        String today = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(file) + "\n";

        String golden = FILES.expected(tag + ".json", today);

        assertThat(today).isEqualTo(golden);
        JsonNode old = Json.read(golden, JsonNode.class);
        assertThat(Json.read(old.path("full").toString(), type)).isEqualTo(Samples.full(type));
        assertThat(Json.read(old.path("sparse").toString(), type)).isEqualTo(Samples.sparse(type));
    }

    // A message that is removed while somebody still sends it is as bad as one that is changed.
    @Test
    void hasAFileForEachMessageAndNoneForAnyOther() {
        assumeThat(GoldenFiles.writing()).isFalse();
        var expected = new TreeSet<String>();
        tags().forEach(tag -> expected.add(tag + ".json"));

        assertThat(FILES.names()).isEqualTo(expected);
    }

    private static Class<? extends Record> type(String tag) {
        Class<? extends Record> type = types().get(tag);
        if (type == null) {
            throw new IllegalStateException(tag);
        }
        return type;
    }
}
