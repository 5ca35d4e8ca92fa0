package dev.merit.events.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.Map;

/** Remembers how many partitions each topic had when it was first seen. */
public final class TopicStore {
    private static final String APPEND_UNSEEN = """
            INSERT INTO platform.topic (name, partitions)
            SELECT name, partitions FROM unnest($1::text[], $2::integer[]) AS seen (name, partitions)
             ORDER BY name
            ON CONFLICT (name) DO NOTHING
            """;

    private static final String LIST = """
            SELECT name, partitions FROM platform.topic WHERE name = ANY ($1::text[])
            """;

    /** Notes the numbers of topics that were not seen before, and answers what is noted of all of these. */
    public Future<Map<String, Integer>> remember(SqlClient client, Map<String, Integer> partitions) {
        String[] names = partitions.keySet().toArray(String[]::new);
        Integer[] numbers = partitions.values().toArray(Integer[]::new);
        return client.preparedQuery(APPEND_UNSEEN)
                .execute(Tuple.tuple().addArrayOfString(names).addArrayOfInteger(numbers))
                .compose(noted -> client.preparedQuery(LIST).execute(Tuple.of((Object) names)))
                .map(rows -> {
                    Map<String, Integer> known = new HashMap<>();
                    rows.forEach(row -> known.put(row.getString("name"), row.getInteger("partitions")));
                    return known;
                });
    }
}
