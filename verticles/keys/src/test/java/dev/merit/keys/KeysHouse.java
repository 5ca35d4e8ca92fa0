package dev.merit.keys;

import static dev.merit.testing.Eventually.get;

import dev.merit.contracts.Answer;
import dev.merit.contracts.Limits;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.Request;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.Authenticate;
import dev.merit.contracts.keys.KeysRequest.Authenticated;
import dev.merit.contracts.keys.KeysRequest.CreateKey;
import dev.merit.contracts.keys.KeysRequest.CreatePartner;
import dev.merit.contracts.keys.KeysRequest.KeyFields;
import dev.merit.contracts.keys.KeysRequest.Partner;
import dev.merit.contracts.keys.KeysRequest.PartnerFields;
import dev.merit.contracts.registry.RegistryRequest;
import dev.merit.contracts.registry.RegistryRequest.FindMember;
import dev.merit.contracts.registry.RegistryRequest.Member;
import dev.merit.keys.app.KnownKeys;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.Database;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The verticle on a bus of its own, with a registry beside it that knows every member but one. */
final class KeysHouse implements AutoCloseable {
    static final MemberId NOBODY = new MemberId(new UUID(0, 0));
    private static final int PATIENCE = 20;

    private final Vertx vertx = Vertx.vertx();
    private final Database database;
    final Bus bus = Bus.patient(vertx, PATIENCE);
    private final String verticle;

    KeysHouse(PostgresFixture postgres) {
        database = postgres.open(vertx);
        get(bus.serve(RegistryRequest.ADDRESS, RegistryRequest.class, KeysHouse::registry));
        verticle = get(vertx.deployVerticle(new KeysVerticle(bus, database, Settings.read(Map.of()))));
    }

    private static Future<Answer> registry(RegistryRequest<?> request) {
        if (request instanceof FindMember find && !find.member().equals(NOBODY)) {
            var member = new Member(
                    find.member(),
                    "454-925-184-086",
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    null,
                    true,
                    true);
            return Future.succeededFuture(find.reply(member));
        }
        return Future.failedFuture(Problem.notFound().asException());
    }

    /** Asks for what a test begins with, and waits until it is done. */
    void given(Request<?> request) {
        Object unused = get(bus.ask(request));
    }

    /** Asks for all of them in one turn of one context, so that they are found together. */
    List<Authenticated> authenticateAtOnce(List<String> hashes) {
        Promise<List<Authenticated>> found = Promise.promise();
        vertx.runOnContext(turn -> {
            var keys = new KnownKeys(vertx, database);
            Future.all(hashes.stream()
                            .map(hash -> keys.authenticate(new Authenticate(hash)))
                            .toList())
                    .map(all -> all.<Authenticated>list())
                    .eventually(keys::close)
                    .onComplete(found);
        });
        return get(found.future());
    }

    /** Stops the verticle in order, as a node does that is shut down. */
    void stopVerticle() {
        get(vertx.undeploy(verticle));
    }

    Partner partner(int agentKeys) {
        return partner("Partner " + UUID.randomUUID(), agentKeys);
    }

    Partner partner(String name, int agentKeys) {
        var limits = new Limits(agentKeys, -1, -1, -1, -1, -1, -1);
        String email = UUID.randomUUID() + "@example.com";
        return get(bus.ask(new CreatePartner(
                new PartnerFields(name, email, true, Permissions.all(), limits), Origin.system("test"))));
    }

    void givenPartner(String name) {
        Partner unused = partner(name, 5);
    }

    static CreateKey partnerKey(PartnerId partner, Origin origin) {
        return new CreateKey(
                Role.PARTNER, partner.value(), new KeyFields("Till", null, "pos", null, null), null, origin);
    }

    static Origin origin(@Nullable Repeat repeat) {
        return new Origin("test", repeat, null);
    }

    static Repeat repeat(String bodyHash) {
        return new Repeat(UUID.randomUUID(), bodyHash);
    }

    static Origin ifMatch(String etag) {
        return new Origin("test", null, etag);
    }

    @Override
    public void close() {
        get(database.close());
        get(vertx.close());
    }
}
