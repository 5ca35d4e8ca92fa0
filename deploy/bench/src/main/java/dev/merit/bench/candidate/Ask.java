package dev.merit.bench.candidate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The bytes of one kind of request: made once, and only its numbers are written anew. One with several items counts as
 * so many things done.
 */
public final class Ask {
    static final String KEY_MARK = "K".repeat(16);
    /** In a path or a body: some member, and always another one. */
    public static final String MEMBER_MARK = "M".repeat(7);

    static final String AMOUNT_MARK = "AA.AA";
    static final String SOMEBODY = "\"member_identifier\":\"member" + MEMBER_MARK + Shop.EMAIL_DOMAIN + "\"";

    private static final String KEY_HEADER = "X-Agent-Key: ";
    private static final String BASE = "/api/agent/v1";
    private static final int CREATED = 201;
    private static final int OK = 200;
    private static final int HEX_BITS = 4;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final Kind kind;
    private final byte[] bytes;
    private final List<Integer> keysAt;
    private final List<Integer> membersAt;
    private final List<Integer> amountsAt;
    private final List<byte[]> agentKeys;
    private final int agentKeyAt;

    /** What a request leaves behind when it is acknowledged. */
    public enum Effect {
        PURCHASE,
        REDEMPTION,
        VOUCHER_USE,
        STAMP,
        /** Nothing: it reads. */
        NONE
    }

    /**
     * What kind it is.
     *
     * @param status of the answer when all is well
     * @param items how many things one request does
     */
    record Kind(Effect effect, int status, int items) {}

    private Ask(Kind kind, String text) {
        this(kind, text, List.of());
    }

    private Ask(Kind kind, String text, List<byte[]> agentKeys) {
        this.agentKeys = agentKeys;
        this.agentKeyAt = text.indexOf(KEY_HEADER) + KEY_HEADER.length();
        this.kind = kind;
        this.bytes = text.getBytes(StandardCharsets.US_ASCII);
        this.keysAt = all(text, KEY_MARK);
        this.membersAt = all(text, MEMBER_MARK);
        this.amountsAt = all(text, AMOUNT_MARK);
    }

    private static List<Integer> all(String text, String mark) {
        List<Integer> found = new ArrayList<>();
        for (int at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length())) {
            found.add(at);
        }
        return List.copyOf(found);
    }

    /** A till: its key, and what tells this run's idempotency keys from those of any other. */
    public record Sender(String agentKey, String run) {}

    public static Ask purchase(Sender sender, String cardId) {
        return post(
                new Kind(Effect.PURCHASE, CREATED, 1),
                sender,
                "/partner/transactions/purchase",
                "{" + purchaseFields(cardId) + "}");
    }

    private static String purchaseFields(String cardId) {
        return "\"card_id\":\"" + cardId + "\"," + SOMEBODY + ",\"purchase_amount\":" + AMOUNT_MARK
                + ",\"note\":\"purchase at till\"";
    }

    /** Many purchases in one request, each with an idempotency key of its own; the request has none. */
    static Ask purchases(Sender sender, String cardId, int items) {
        String item = "{\"idempotency_key\":\"" + sender.run() + "-" + KEY_MARK + "\"," + purchaseFields(cardId) + "}";
        String body = IntStream.range(0, items)
                .mapToObj(index -> item)
                .collect(Collectors.joining(",", "{\"mode\":\"independent\",\"items\":[", "]}"));
        return bare(new Kind(Effect.PURCHASE, OK, items), sender, "/partner/transactions/purchases", body);
    }

    static Ask redeem(Sender sender, String cardId, String rewardId) {
        return post(
                new Kind(Effect.REDEMPTION, OK, 1),
                sender,
                "/partner/transactions/redeem",
                "{\"card_id\":\"" + cardId + "\",\"reward_id\":\"" + rewardId + "\"," + SOMEBODY + "}");
    }

    static Ask addStamp(Sender sender, String stampCardId) {
        return post(
                new Kind(Effect.STAMP, CREATED, 1),
                sender,
                "/partner/stamp-cards/" + stampCardId + "/stamps",
                "{" + SOMEBODY + ",\"stamps\":1}");
    }

    static Ask redeemVoucher(Sender sender, String voucherId) {
        return post(
                new Kind(Effect.VOUCHER_USE, OK, 1),
                sender,
                "/partner/vouchers/" + voucherId + "/redeem",
                "{" + SOMEBODY + ",\"order_amount\":2450}");
    }

    /** Without an idempotency key, as an answer that is kept would be no longer true. */
    static Ask validateVoucher(Sender sender, String code, String clubId) {
        return bare(
                new Kind(Effect.NONE, OK, 1),
                sender,
                "/partner/vouchers/validate",
                "{\"code\":\"" + code + "\"," + SOMEBODY + ",\"club_id\":\"" + clubId + "\",\"order_amount\":2450}");
    }

    /** A resource of the API, by its path below the base. */
    static Ask read(String agentKey, String path) {
        return get(BASE + path, KEY_HEADER + agentKey + "\r\n", List.of());
    }

    /** The same by many, all of whose keys have the same length: the number of the request says whose turn it is. */
    static Ask readByMany(List<byte[]> agentKeys, String path) {
        return get(BASE + path, KEY_HEADER + "-".repeat(agentKeys.getFirst().length) + "\r\n", agentKeys);
    }

    /** Any path, and no key. */
    public static Ask get(String path) {
        return get(path, "", List.of());
    }

    private static Ask get(String path, String headers, List<byte[]> agentKeys) {
        return new Ask(
                new Kind(Effect.NONE, OK, 1),
                "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n",
                agentKeys);
    }

    private static Ask post(Kind kind, Sender sender, String path, String body) {
        return post(kind, "Idempotency-Key: " + sender.run() + "-" + KEY_MARK + "\r\n", sender, path, body);
    }

    private static Ask bare(Kind kind, Sender sender, String path, String body) {
        return post(kind, "", sender, path, body);
    }

    private static Ask post(Kind kind, String idempotency, Sender sender, String path, String body) {
        return new Ask(kind, """
                POST %s%s HTTP/1.1\r
                Host: 127.0.0.1\r
                X-Agent-Key: %s\r
                %sContent-Type: application/json\r
                Content-Length: %d\r
                \r
                %s""".formatted(BASE, path, sender.agentKey(), idempotency, body.length(), body));
    }

    Kind kind() {
        return kind;
    }

    /** The first line as it was sent last; nothing secret is in it. */
    String line() {
        String text = new String(bytes, StandardCharsets.US_ASCII);
        return text.substring(0, text.indexOf(" HTTP/"));
    }

    /** The request of that number; valid until the next call. */
    byte[] bytes(long number, Mix mix) {
        for (int item = 0; item < keysAt.size(); item++) {
            hex(number(number, item), keysAt.get(item));
        }
        for (int item = 0; item < membersAt.size(); item++) {
            digits(mix.member(number(number, item)), membersAt.get(item), MEMBER_MARK.length());
        }
        for (int item = 0; item < amountsAt.size(); item++) {
            int cents = Mix.cents(number(number, item));
            digits(cents / 100, amountsAt.get(item), 2);
            digits(cents % 100, amountsAt.get(item) + 3, 2);
        }
        if (!agentKeys.isEmpty()) {
            byte[] agentKey = agentKeys.get(mix.member(number) % agentKeys.size());
            System.arraycopy(agentKey, 0, bytes, agentKeyAt, agentKey.length);
        }
        return bytes;
    }

    /** Items are numbered through, so that no two have one number. */
    private long number(long request, int item) {
        return request * kind.items() + item;
    }

    private void hex(long value, int at) {
        long rest = value;
        for (int index = at + KEY_MARK.length() - 1; index >= at; index--) {
            bytes[index] = HEX[(int) (rest & (HEX.length - 1))];
            rest >>>= HEX_BITS;
        }
    }

    private void digits(int value, int at, int length) {
        int rest = value;
        for (int index = at + length - 1; index >= at; index--) {
            bytes[index] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
