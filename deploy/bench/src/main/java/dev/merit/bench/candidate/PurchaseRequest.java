package dev.merit.bench.candidate;

import java.nio.charset.StandardCharsets;

/** The bytes of a purchase: made once, and only its numbers are written anew. */
final class PurchaseRequest {
    private static final String KEY_MARK = "K".repeat(16);
    private static final String MEMBER_MARK = "M".repeat(7);
    private static final String AMOUNT_MARK = "AA.AA";
    private static final int HEX_BITS = 4;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final int keyAt;
    private final int memberAt;
    private final int amountAt;

    /** @param run tells this run's idempotency keys from those of any other */
    PurchaseRequest(String agentKey, String cardId, String run) {
        String body = "{\"card_id\":\"" + cardId + "\",\"member_identifier\":\"member" + MEMBER_MARK + Shop.EMAIL_DOMAIN
                + "\",\"purchase_amount\":" + AMOUNT_MARK + ",\"note\":\"purchase at till\"}";
        String text = """
                POST /api/agent/v1/partner/transactions/purchase HTTP/1.1\r
                Host: 127.0.0.1\r
                X-Agent-Key: %s\r
                Idempotency-Key: %s-%s\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                %s""".formatted(agentKey, run, KEY_MARK, body.length(), body);
        bytes = text.getBytes(StandardCharsets.US_ASCII);
        keyAt = text.indexOf(KEY_MARK);
        memberAt = text.indexOf(MEMBER_MARK);
        amountAt = text.indexOf(AMOUNT_MARK);
    }

    /** The request of that number; valid until the next call. */
    byte[] bytes(long number, Mix mix) {
        long rest = number;
        for (int at = keyAt + KEY_MARK.length() - 1; at >= keyAt; at--) {
            bytes[at] = HEX[(int) (rest & (HEX.length - 1))];
            rest >>>= HEX_BITS;
        }
        digits(mix.member(number), memberAt, MEMBER_MARK.length());
        int cents = Mix.cents(number);
        digits(cents / 100, amountAt, 2);
        digits(cents % 100, amountAt + 3, 2);
        return bytes;
    }

    private void digits(int value, int at, int length) {
        int rest = value;
        for (int index = at + length - 1; index >= at; index--) {
            bytes[index] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
