package dev.merit.keys.domain;

import dev.merit.contracts.keys.KeysRequest.AuditRow;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The audit rows of one tenant as a chain: the hash of a row is SHA-256 of the hash before it and of the row. Whoever
 * changes, takes out or moves a row would have to make all later ones and the end of the chain anew.
 *
 * <p>What is hashed is written out here, apart from JSON and from the table, and never changes: every field in the
 * order of the table as {@code length:text}, a null as {@code -}, each followed by a semicolon.
 */
public final class AuditChain {
    /** The chain of operators, members and keys that nobody knows. */
    public static final UUID NOBODYS = new UUID(0, 0);

    private static final String NO_HASH = "00".repeat(32);

    private AuditChain() {}

    /**
     * How far a chain has come.
     *
     * @param hash of its last row, in lower-case hex; zeroes before the first
     */
    public record Head(UUID chain, long sequence, String hash) {

        /** The head of a chain without rows. */
        public static Head empty(UUID chain) {
            return new Head(chain, 0, NO_HASH);
        }
    }

    /**
     * A row in its place.
     *
     * @param hash in lower-case hex
     */
    public record Link(UUID chain, long sequence, AuditRow row, String hash) {}

    /** Whose chain a row belongs to. */
    public static UUID of(AuditRow row) {
        return row.partnerId() == null ? NOBODYS : row.partnerId().value();
    }

    /** Adds rows of the head's chain, in their order. */
    public static List<Link> extend(Head head, List<AuditRow> rows) {
        var links = new ArrayList<Link>(rows.size());
        Head end = head;
        for (AuditRow row : rows) {
            long sequence = end.sequence() + 1;
            Link link = new Link(end.chain(), sequence, row, hash(end, row));
            links.add(link);
            end = new Head(end.chain(), sequence, link.hash());
        }
        return links;
    }

    /** The hash that a row must have right behind {@code before}. */
    static String hash(Head before, AuditRow row) {
        var text = new StringBuilder(256);
        add(text, before.chain());
        add(text, before.sequence() + 1);
        add(text, row.id());
        // As the database keeps it: microseconds.
        add(text, ChronoUnit.MICROS.between(Instant.EPOCH, row.at()));
        add(text, row.partnerId());
        add(text, row.role() == null ? null : row.role().word());
        add(text, row.keyId());
        add(text, row.keyPrefix());
        add(text, row.action());
        add(text, row.resource());
        add(text, row.status());
        add(text, row.code());
        add(text, row.requestId());
        add(text, row.replayed());
        MessageDigest digest = sha256();
        digest.update(HexFormat.of().parseHex(before.hash()));
        digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(StringBuilder text, @Nullable Object field) {
        if (field == null) {
            text.append('-');
        } else {
            String value = field.toString();
            text.append(value.length()).append(':').append(value);
        }
        text.append(';');
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
