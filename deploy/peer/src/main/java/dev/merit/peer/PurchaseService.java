package dev.merit.peer;

import dev.merit.peer.PurchaseController.Purchase;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.server.ResponseStatusException;

/** A purchase in one transaction, statement after statement. */
@Service
class PurchaseService {
    private final JdbcTemplate jdbc;

    PurchaseService(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    private record Account(long balance, long entryCount) {}

    private static final String FIND_KEY = "SELECT partner_id FROM bench.api_key WHERE hash = ? AND revoked_at IS NULL";

    private static final String FIND_ANSWER = "SELECT body FROM bench.idempotency WHERE id = ?";

    private static final String FIND_MEMBER = "SELECT id FROM bench.member WHERE email = ?";

    private static final String FIND_CARD =
            "SELECT points_per_unit FROM bench.card WHERE partner_id = ? AND card_id = ?";

    private static final String LOCK_ACCOUNT = """
            SELECT balance, entry_count
              FROM bench.account
             WHERE partner_id = ? AND member_id = ? AND card_id = ?
               FOR UPDATE
            """;

    private static final String APPEND_ENTRY = """
            INSERT INTO bench.entry (partner_id, member_id, card_id, account_sequence, entry_id, operation_id, event,
                                     points, balance_after, purchase_amount, note)
            VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)
            """;

    private static final String UPDATE_ACCOUNT = """
            UPDATE bench.account
               SET balance = balance + ?, lifetime = lifetime + ?, entry_count = entry_count + 1, updated_at = now()
             WHERE partner_id = ? AND member_id = ? AND card_id = ?
            """;

    private static final String APPEND_EVENT = "INSERT INTO bench.outbox (payload) VALUES (?)";

    private static final String STORE_ANSWER =
            "INSERT INTO bench.idempotency (id, body_hash, status, body) VALUES (?, ?, 201, ?)";

    /** The answer's data, as JSON. */
    @Transactional
    public String purchase(String key, String idempotencyKey, Purchase purchase) {
        UUID partner = only(jdbc.queryForList(FIND_KEY, UUID.class, (Object) sha256(key)), HttpStatus.UNAUTHORIZED);
        UUID operation = UUID.nameUUIDFromBytes(idempotencyKey.getBytes(StandardCharsets.UTF_8));
        List<String> earlier = jdbc.queryForList(FIND_ANSWER, String.class, operation);
        if (!earlier.isEmpty()) {
            return earlier.getFirst();
        }
        UUID member =
                only(jdbc.queryForList(FIND_MEMBER, UUID.class, purchase.member_identifier()), HttpStatus.NOT_FOUND);
        long pointsPerUnit =
                only(jdbc.queryForList(FIND_CARD, Long.class, partner, purchase.card_id()), HttpStatus.NOT_FOUND);
        long points = purchase.purchase_amount()
                .multiply(BigDecimal.valueOf(pointsPerUnit))
                .setScale(0, RoundingMode.FLOOR)
                .longValueExact();
        Account account = only(
                jdbc.query(LOCK_ACCOUNT, PurchaseService::account, partner, member, purchase.card_id()),
                HttpStatus.NOT_FOUND);
        UUID entry = UUID.randomUUID();
        jdbc.update(
                APPEND_ENTRY,
                partner,
                member,
                purchase.card_id(),
                account.entryCount() + 1,
                entry,
                operation,
                points,
                account.balance() + points,
                purchase.purchase_amount(),
                purchase.note());
        jdbc.update(UPDATE_ACCOUNT, points, points, partner, member, purchase.card_id());
        String answer = "{\"transaction_id\":\"" + entry + "\",\"member_id\":\"" + member + "\",\"points_awarded\":"
                + points + ",\"new_balance\":" + (account.balance() + points) + "}";
        jdbc.update(APPEND_EVENT, answer);
        jdbc.update(STORE_ANSWER, operation, purchase.member_identifier(), answer);
        return answer;
    }

    private static Account account(ResultSet row, int number) throws SQLException {
        return new Account(row.getLong("balance"), row.getLong("entry_count"));
    }

    private static <T> T only(List<T> found, HttpStatus otherwise) {
        if (found.isEmpty()) {
            throw new ResponseStatusException(otherwise);
        }
        return Objects.requireNonNull(found.getFirst());
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
