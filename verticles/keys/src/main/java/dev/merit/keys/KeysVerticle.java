package dev.merit.keys;

import dev.merit.contracts.Answer;
import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.keys.KeysRequest.AppendAudit;
import dev.merit.contracts.keys.KeysRequest.Authenticate;
import dev.merit.contracts.keys.KeysRequest.CreateKey;
import dev.merit.contracts.keys.KeysRequest.CreatePartner;
import dev.merit.contracts.keys.KeysRequest.EnsureAdminKey;
import dev.merit.contracts.keys.KeysRequest.FindPartner;
import dev.merit.contracts.keys.KeysRequest.ListAudit;
import dev.merit.contracts.keys.KeysRequest.ListHomepagePartners;
import dev.merit.contracts.keys.KeysRequest.ListKeys;
import dev.merit.contracts.keys.KeysRequest.ListPartners;
import dev.merit.contracts.keys.KeysRequest.RevokeKey;
import dev.merit.contracts.keys.KeysRequest.RevokeOwnKey;
import dev.merit.contracts.keys.KeysRequest.RotateKey;
import dev.merit.contracts.keys.KeysRequest.SetMemberActive;
import dev.merit.contracts.keys.KeysRequest.UpdatePartner;
import dev.merit.keys.app.AuditService;
import dev.merit.keys.app.KeysService;
import dev.merit.keys.app.KnownKeys;
import dev.merit.keys.app.OwnKeysService;
import dev.merit.keys.app.PartnersService;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.Database;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Clock;

/** Serves keys and partners on the event bus. It only routes: the services work, the domain decides. */
public final class KeysVerticle extends VerticleBase {
    private final Bus bus;
    private final Database database;
    private final KeysService keys;
    private final OwnKeysService ownKeys;
    private final AuditService audit;
    private final PartnersService partners;
    private KnownKeys known;

    @SuppressWarnings("NullAway.Init") // What is known is made in start(), on the verticle's own context.
    public KeysVerticle(Bus bus, Database database, Settings settings) {
        this.bus = bus;
        this.database = database;
        this.keys = new KeysService(bus, database, settings, Clock.systemUTC());
        this.ownKeys = new OwnKeysService(bus, database);
        this.audit = new AuditService(database);
        this.partners = new PartnersService(bus, database);
    }

    @Override
    public Future<?> start() {
        known = new KnownKeys(vertx, database);
        return bus.serve(KeysRequest.ADDRESS, KeysRequest.class, this::answer);
    }

    @Override
    public Future<?> stop() {
        return known.close();
    }

    private Future<Answer> answer(KeysRequest<?> request) {
        return switch (request) {
            case Authenticate query -> known.authenticate(query).map(query::reply);
            case EnsureAdminKey command -> keys.ensureAdminKey(command).map(command::reply);
            case SetMemberActive command -> keys.setMemberActive(command).map(command::reply);
            case ListKeys query -> keys.listKeys(query).map(query::reply);
            case CreateKey command -> keys.createKey(command).map(command::reply);
            case RevokeKey command -> keys.revokeKey(command).map(command::reply);
            case RevokeOwnKey command -> ownKeys.revokeOwnKey(command).map(command::reply);
            case RotateKey command -> ownKeys.rotateKey(command).map(command::reply);
            case AppendAudit command -> audit.appendAudit(command).map(command::reply);
            case ListAudit query -> audit.listAudit(query).map(query::reply);
            case ListPartners query -> partners.listPartners(query).map(query::reply);
            case ListHomepagePartners query -> partners.listHomepagePartners().map(query::reply);
            case FindPartner query -> partners.findPartner(query).map(query::reply);
            case CreatePartner command -> partners.createPartner(command).map(command::reply);
            case UpdatePartner command -> partners.updatePartner(command).map(command::reply);
        };
    }
}
