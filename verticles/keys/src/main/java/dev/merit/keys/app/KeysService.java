package dev.merit.keys.app;

import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.KeyId;
import dev.merit.contracts.Limits;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.keys.KeysRequest.AdminKeyEnsured;
import dev.merit.contracts.keys.KeysRequest.CreateKey;
import dev.merit.contracts.keys.KeysRequest.CreatedKey;
import dev.merit.contracts.keys.KeysRequest.EnsureAdminKey;
import dev.merit.contracts.keys.KeysRequest.KeyPage;
import dev.merit.contracts.keys.KeysRequest.ListKeys;
import dev.merit.contracts.keys.KeysRequest.RevokeKey;
import dev.merit.contracts.keys.KeysRequest.SetMemberActive;
import dev.merit.contracts.registry.RegistryRequest;
import dev.merit.keys.domain.KeyAllowance;
import dev.merit.keys.domain.KeyGrant;
import dev.merit.keys.domain.Scopes;
import dev.merit.keys.store.KeyStore;
import dev.merit.keys.store.PartnerStore;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.Locks;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can be done with keys, beside finding out whose they are. */
public final class KeysService {
    private static final Reply<Deleted> REVOKED = Reply.ok(Deleted.class);

    private final Bus bus;
    private final Database database;
    private final Settings settings;
    private final Clock clock;
    private final Idempotency idempotency;
    private final KeyStore keys = new KeyStore();
    private final PartnerStore partners = new PartnerStore();

    public KeysService(Bus bus, Database database, Settings settings, Clock clock) {
        this.bus = bus;
        this.database = database;
        this.settings = settings;
        this.clock = clock;
        this.idempotency = new Idempotency(database);
    }

    /** Two nodes that start at once wait for each other, and the second finds what the first made. */
    public Future<AdminKeyEnsured> ensureAdminKey(EnsureAdminKey command) {
        String given = command.given();
        if (given != null && !KeyFormat.wellFormed(Role.ADMIN, given)) {
            return Future.failedFuture(Problem.invalid("given", "is not an admin key: its checksum does not fit")
                    .asException());
        }
        return database.transaction(tx -> Locks.advisory(tx, "admin keys")
                .compose(locked -> given == null ? firstAdminKey(tx) : registered(tx, new KeySecret(given))));
    }

    private Future<AdminKeyEnsured> firstAdminKey(SqlClient tx) {
        return keys.existsAdminKey(tx).compose(there -> {
            if (there) {
                return Future.succeededFuture(new AdminKeyEnsured(null));
            }
            KeySecret secret = KeySecret.generate(Role.ADMIN);
            return registered(tx, secret).map(new AdminKeyEnsured(secret.text()));
        });
    }

    private Future<AdminKeyEnsured> registered(SqlClient tx, KeySecret secret) {
        KeyGrant grant = new KeyGrant("First admin key", List.of(Scopes.ADMIN), null, null);
        return keys.appendKey(tx, NewKeys.stored(Role.ADMIN, null, grant, secret))
                .map(new AdminKeyEnsured(null));
    }

    public Future<Acknowledged> setMemberActive(SetMemberActive command) {
        return keys.setMemberActive(database.pool(), command.member(), command.active())
                .map(done -> {
                    bus.publish(new Notice.OwnerChanged(
                            Role.MEMBER, command.member().value()));
                    return new Acknowledged();
                });
    }

    /** NOT_FOUND for an unknown owner. */
    public Future<KeyPage> listKeys(ListKeys query) {
        return ownerExists(query.role(), query.owner()).compose(exists -> page(query));
    }

    private Future<KeyPage> page(ListKeys query) {
        Future<List<KeysRequest.Key>> items =
                keys.listKeys(database.reads(), query.role(), query.owner(), query.paging());
        Future<Long> counted = keys.countKeys(database.reads(), query.role(), query.owner());
        return Future.all(items, counted)
                .map(both -> new KeyPage(
                        both.resultAt(0), Pagination.numbered(query.paging(), both.<Long>resultAt(1), null)));
    }

    private Future<?> ownerExists(Role role, @Nullable UUID owner) {
        if (role == Role.ADMIN) {
            return Future.succeededFuture();
        }
        UUID id = ofRole(owner);
        return role == Role.MEMBER
                ? bus.ask(new RegistryRequest.FindMember(new MemberId(id)))
                : partners.findPartner(database.reads(), new PartnerId(id))
                        .map(found -> found.orElseThrow(() -> Problem.notFound().asException()));
    }

    /** NOT_FOUND, VALIDATION_FAILED, SCOPE_INSUFFICIENT or LIMIT_REACHED. */
    public Future<Done<CreatedKey>> createKey(CreateKey command) {
        // Members live in another domain, so they are asked for before the transaction, which waits for no message.
        return ownerExists(command.role(), command.owner())
                .compose(exists -> idempotency.once(command.origin(), NewKeys.CREATED, tx -> create(tx, command)));
    }

    private Future<CreatedKey> create(SqlClient tx, CreateKey command) {
        return lockAllowance(tx, command.role(), command.owner()).compose(allowance -> {
            var rules = new KeyGrant.Rules(
                    command.role(), settings.rate(command.role()).ceiling(), clock.instant());
            KeyGrant wished = KeyGrant.of(command.fields(), rules).orThrow();
            KeyGrant grant = allowance.judge(wished, command.grantable()).orThrow();
            KeySecret secret = KeySecret.generate(command.role());
            return keys.appendKey(tx, NewKeys.stored(command.role(), command.owner(), grant, secret))
                    .map(key -> NewKeys.told(key.orElseThrow(), secret));
        });
    }

    private Future<KeyAllowance> lockAllowance(SqlClient tx, Role role, @Nullable UUID owner) {
        return switch (role) {
            case ADMIN -> Future.succeededFuture(new KeyAllowance(Limits.UNLIMITED, 0));
            case MEMBER ->
                Locks.advisory(tx, "keys of " + ofRole(owner))
                        .compose(locked -> allowance(tx, ofRole(owner), KeyAllowance.MEMBER_KEYS_MAX));
            case PARTNER ->
                partners.lockPartner(tx, new PartnerId(ofRole(owner)))
                        .map(found -> found.orElseThrow(() -> Problem.notFound().asException()))
                        .compose(partner ->
                                allowance(tx, ofRole(owner), partner.limits().agentKeys()));
        };
    }

    private Future<KeyAllowance> allowance(SqlClient tx, UUID owner, int limit) {
        return keys.countLive(tx, owner).map(live -> new KeyAllowance(limit, live));
    }

    /** NOT_FOUND for a key that is unknown or already revoked. */
    public Future<Done<Deleted>> revokeKey(RevokeKey command) {
        KeyId key = command.key();
        return idempotency
                .once(command.origin(), REVOKED, tx -> keys.setRevoked(tx, key).map(revoked -> {
                    if (!revoked) {
                        throw Problem.notFound().asException();
                    }
                    return Deleted.of(key.value());
                }))
                .map(done -> {
                    bus.publish(new Notice.KeyChanged(key));
                    return done;
                });
    }

    private static UUID ofRole(@Nullable UUID owner) {
        if (owner == null) {
            throw Problem.notFound().asException();
        }
        return owner;
    }
}
