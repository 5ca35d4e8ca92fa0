package dev.merit.router;

import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.KeyId;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.platform.Uuids;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A key as the keys domain would describe it. Change the fields before it is first used. */
final class TestKey {
    private static final AtomicInteger COUNTER = new AtomicInteger();

    final String text;
    final KeyId id = new KeyId(Uuids.next());
    final Role role;
    final UUID owner;
    List<String> scopes = List.of("admin");
    boolean ownerActive = true;

    @Nullable
    Integer rateLimit = 1_000_000;

    @Nullable
    Instant expiresAt;

    @Nullable
    Instant revokedAt;

    Permissions permissions = Permissions.all();
    Limits limits = Limits.standard();

    TestKey(Role role) {
        this.role = role;
        this.owner = role == Role.ADMIN ? id.value() : Uuids.next();
        this.text = text(role);
    }

    private TestKey(UUID partner) {
        this.role = Role.PARTNER;
        this.owner = partner;
        this.text = text(role);
    }

    /** One more key of a partner. */
    static TestKey of(UUID partner) {
        return new TestKey(partner);
    }

    static TestKey partner(String... scopes) {
        var key = new TestKey(Role.PARTNER);
        key.scopes = List.of(scopes);
        return key;
    }

    /** A well-formed key that nobody knows. */
    static String text(Role role) {
        String number = Integer.toString(COUNTER.incrementAndGet());
        return KeyFormat.compose(role, "x".repeat(KeyFormat.RANDOM_LENGTH - number.length()) + number);
    }

    Identity identity() {
        boolean partner = role == Role.PARTNER;
        return new Identity(
                id,
                role,
                owner,
                "Owner",
                ownerActive,
                "Key",
                KeyFormat.visible(text),
                scopes,
                rateLimit,
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                expiresAt,
                revokedAt,
                partner ? permissions : null,
                partner ? limits : null);
    }
}
