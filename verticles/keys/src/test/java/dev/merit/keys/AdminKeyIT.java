package dev.merit.keys;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Paging;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.AdminKeyEnsured;
import dev.merit.contracts.keys.KeysRequest.EnsureAdminKey;
import dev.merit.contracts.keys.KeysRequest.ListKeys;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** On a database of its own, since the first admin key is made only once. */
class AdminKeyIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    // Without the lock, nodes that start together would each print an admin key.
    @Test
    void makesOneFirstAdminKeyHoweverManyNodesStart() {
        try (var house = new KeysHouse(POSTGRES)) {
            // When
            var starts = IntStream.range(0, 8)
                    .mapToObj(node -> house.bus.ask(new EnsureAdminKey(null)))
                    .toList();
            var made = get(Future.all(starts)).<AdminKeyEnsured>list().stream()
                    .map(AdminKeyEnsured::created)
                    .filter(Objects::nonNull)
                    .toList();

            // Then
            assertThat(made).hasSize(1);
            assertThat(KeyFormat.wellFormed(Role.ADMIN, made.getFirst())).isTrue();

            // When a key is given that nobody knows yet, twice
            String given = KeyFormat.compose(Role.ADMIN, "0123456789".repeat(3) + "abcd");
            assertThat(get(house.bus.ask(new EnsureAdminKey(given))).created()).isNull();
            assertThat(get(house.bus.ask(new EnsureAdminKey(given))).created()).isNull();

            // Then it stands beside the first one
            var keys = get(house.bus.ask(new ListKeys(Role.ADMIN, null, new Paging(1, 25, null))));
            assertThat(keys.items()).hasSize(2).allSatisfy(key -> assertThat(key.scopes())
                    .containsExactly("admin"));
        }
    }
}
