package dev.merit.bench.baseline;

import dev.merit.platform.Uuids;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** A purchase as an ordinary program writes it: one transaction, statement after statement. */
final class SeveralStatements implements Till {
    private final Connection connection;
    private final PreparedStatement findKey;
    private final PreparedStatement findAnswer;
    private final PreparedStatement findMember;
    private final PreparedStatement findCard;
    private final PreparedStatement lockAccount;
    private final PreparedStatement appendEntry;
    private final PreparedStatement updateAccount;
    private final PreparedStatement appendEvent;
    private final PreparedStatement storeAnswer;
    private final byte[] keyHash;

    private static final String FIND_KEY =
            "SELECT partner_id, scopes FROM bench.api_key WHERE hash = ? AND revoked_at IS NULL";

    private static final String FIND_ANSWER = "SELECT body_hash, status, body FROM bench.idempotency WHERE id = ?";

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

    SeveralStatements(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(false);
        findKey = connection.prepareStatement(FIND_KEY);
        findAnswer = connection.prepareStatement(FIND_ANSWER);
        findMember = connection.prepareStatement(FIND_MEMBER);
        findCard = connection.prepareStatement(FIND_CARD);
        lockAccount = connection.prepareStatement(LOCK_ACCOUNT);
        appendEntry = connection.prepareStatement(APPEND_ENTRY);
        updateAccount = connection.prepareStatement(UPDATE_ACCOUNT);
        appendEvent = connection.prepareStatement(APPEND_EVENT);
        storeAnswer = connection.prepareStatement(STORE_ANSWER);
        keyHash = sha256(BenchTables.KEY);
    }

    private record Account(UUID member, long balance, long entryCount) {}

    @Override
    public void purchase(List<Order> orders) throws SQLException {
        Order order = orders.getFirst();
        UUID partner = findPartner();
        findAnswer.setObject(1, order.idempotency());
        if (exists(findAnswer)) {
            connection.commit();
            return;
        }
        UUID member = findMember(order.email());
        findCard.setObject(1, partner);
        findCard.setObject(2, BenchTables.CARD);
        require(exists(findCard), "the card");
        Account account = lockAccount(partner, member);
        UUID entry = Uuids.next();
        appendEntry(order, partner, account, entry);
        updateAccount(order, partner, member);
        String answer = order.answer(entry, member, account.balance() + order.points());
        appendEvent.setString(1, answer);
        appendEvent.executeUpdate();
        storeAnswer.setObject(1, order.idempotency());
        storeAnswer.setString(2, order.email());
        storeAnswer.setString(3, answer);
        storeAnswer.executeUpdate();
        connection.commit();
    }

    private UUID findPartner() throws SQLException {
        findKey.setBytes(1, keyHash);
        try (ResultSet rows = findKey.executeQuery()) {
            require(rows.next(), "the key");
            return rows.getObject(1, UUID.class);
        }
    }

    private UUID findMember(String email) throws SQLException {
        findMember.setString(1, email);
        try (ResultSet rows = findMember.executeQuery()) {
            require(rows.next(), "the member");
            return rows.getObject(1, UUID.class);
        }
    }

    private Account lockAccount(UUID partner, UUID member) throws SQLException {
        lockAccount.setObject(1, partner);
        lockAccount.setObject(2, member);
        lockAccount.setObject(3, BenchTables.CARD);
        try (ResultSet rows = lockAccount.executeQuery()) {
            require(rows.next(), "the account");
            return new Account(member, rows.getLong(1), rows.getLong(2));
        }
    }

    private void appendEntry(Order order, UUID partner, Account account, UUID entry) throws SQLException {
        appendEntry.setObject(1, partner);
        appendEntry.setObject(2, account.member());
        appendEntry.setObject(3, BenchTables.CARD);
        appendEntry.setLong(4, account.entryCount() + 1);
        appendEntry.setObject(5, entry);
        appendEntry.setObject(6, order.idempotency());
        appendEntry.setLong(7, order.points());
        appendEntry.setLong(8, account.balance() + order.points());
        appendEntry.setBigDecimal(9, order.amount());
        appendEntry.setString(10, BenchTables.NOTE);
        appendEntry.executeUpdate();
    }

    private void updateAccount(Order order, UUID partner, UUID member) throws SQLException {
        updateAccount.setLong(1, order.points());
        updateAccount.setLong(2, order.points());
        updateAccount.setObject(3, partner);
        updateAccount.setObject(4, member);
        updateAccount.setObject(5, BenchTables.CARD);
        updateAccount.executeUpdate();
    }

    private static boolean exists(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            return rows.next();
        }
    }

    private static void require(boolean found, String what) {
        if (!found) {
            throw new IllegalStateException(what + " of the baseline is gone");
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
