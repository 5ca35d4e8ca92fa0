package dev.merit.keys.app;

import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.KeyId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.CreatedKey;
import dev.merit.contracts.keys.KeysRequest.Partner;
import dev.merit.contracts.keys.KeysRequest.RevokeOwnKey;
import dev.merit.contracts.keys.KeysRequest.RotateKey;
import dev.merit.keys.domain.KeyRotation;
import dev.merit.keys.store.KeyStore;
import dev.merit.keys.store.NewKey;
import dev.merit.keys.store.PartnerStore;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;

/** What partners do with their own keys, beside listing and making them. */
public final class OwnKeysService {
    private static final Reply<Deleted> REVOKED = Reply.ok(Deleted.class);

    private final Bus bus;
    private final Idempotency idempotency;
    private final KeyStore keys = new KeyStore();
    private final PartnerStore partners = new PartnerStore();

    public OwnKeysService(Bus bus, Database database) {
        this.bus = bus;
        this.idempotency = new Idempotency(database);
    }

    /** NOT_FOUND for a key that is unknown, another's, or already revoked. */
    public Future<Done<Deleted>> revokeOwnKey(RevokeOwnKey command) {
        KeyId key = command.key();
        return idempotency
                .once(command.origin(), REVOKED, tx -> keys.setRevoked(tx, command.partner(), key)
                        .map(revoked -> {
                            if (!revoked) {
                                throw Problem.notFound().asException();
                            }
                            return Deleted.of(key.value());
                        }))
                .map(done -> told(done, key));
    }

    /** NOT_FOUND, CONFLICT, SCOPE_INSUFFICIENT or LIMIT_REACHED. */
    public Future<Done<CreatedKey>> rotateKey(RotateKey command) {
        return idempotency
                .once(command.origin(), NewKeys.CREATED, tx -> rotate(tx, command))
                .map(done -> told(done, command.key()));
    }

    private Future<CreatedKey> rotate(SqlClient tx, RotateKey command) {
        // The partner first, as whoever makes a key does: what is counted below stays so until the commit.
        return partners.lockPartner(tx, command.partner())
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()))
                .compose(partner -> keys.lockKey(tx, command.partner(), command.key())
                        .map(found -> found.orElseThrow(() -> Problem.notFound().asException()))
                        .compose(old -> judged(tx, command, partner, old)))
                .compose(rotation -> replace(tx, command, rotation));
    }

    private Future<KeyRotation> judged(SqlClient tx, RotateKey command, Partner partner, KeyRotation.Old old) {
        return keys.countOverlapping(tx, command.partner())
                .map(overlapping -> new KeyRotation.Wish(
                        command.overlapSeconds(),
                        command.grantable(),
                        partner.limits().agentKeys(),
                        overlapping))
                .map(wish -> KeyRotation.judge(old, wish).orThrow());
    }

    private Future<CreatedKey> replace(SqlClient tx, RotateKey command, KeyRotation rotation) {
        KeySecret secret = KeySecret.generate(Role.PARTNER);
        NewKey successor = NewKeys.stored(Role.PARTNER, command.partner().value(), rotation.grant(), secret);
        return keys.setReplaced(tx, command.key(), successor.id(), rotation.oldExpiresAt())
                .compose(replaced -> keys.appendKey(tx, successor))
                .map(key -> NewKeys.told(key.orElseThrow(), secret));
    }

    private <T extends Record> Done<T> told(Done<T> done, KeyId changed) {
        bus.publish(new Notice.KeyChanged(changed));
        return done;
    }
}
