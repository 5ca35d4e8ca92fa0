package dev.merit.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.bench.candidate.Ask.Sender;
import dev.merit.platform.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AskTest {
    private static final Sender TILL = new Sender("a-key", "a-run");

    private final Ask request = Ask.purchase(TILL, "a-card");

    private String text(long number, Mix mix) {
        return text(request, number, mix);
    }

    private static String text(Ask ask, long number, Mix mix) {
        return new String(ask.bytes(number, mix), StandardCharsets.US_ASCII);
    }

    @Test
    void isHttpWithAJsonBodyOfTheLengthItNames() throws IOException {
        String text = text(42, Mix.spread(1_000));
        String head = text.substring(0, text.indexOf("\r\n\r\n"));
        String body = text.substring(text.indexOf("\r\n\r\n") + 4);

        JsonNode json = Json.MAPPER.readTree(body);

        assertThat(head)
                .startsWith("POST /api/agent/v1/partner/transactions/purchase HTTP/1.1\r\n")
                .contains("\r\nX-Agent-Key: a-key\r\n")
                .contains("\r\nIdempotency-Key: a-run-000000000000002a\r\n")
                .contains("\r\nContent-Length: " + body.length());
        assertThat(json.path("card_id").textValue()).isEqualTo("a-card");
        assertThat(json.path("member_identifier").textValue()).matches("member0000\\d{3}@bench\\.example");
        assertThat(json.path("purchase_amount").decimalValue())
                .isBetween(new java.math.BigDecimal("10.00"), new java.math.BigDecimal("99.99"));
    }

    // Breaks when anything but the number decides: the node would answer a repeat with IDEMPOTENCY_KEY_REUSED.
    @Test
    void isTheSameAgainForTheSameNumber() {
        Mix mix = Mix.spread(20_000);
        String first = text(7, mix);

        assertThat(text(8, mix)).isNotEqualTo(first);
        assertThat(text(7, mix)).isEqualTo(first);
    }

    // Breaks when two items of any requests have one key: the second would be a repeat, and nothing be booked.
    @Test
    void givesEachItemOfABatchAKeyOfItsOwn() throws IOException {
        Ask batch = Ask.purchases(TILL, "a-card", 3);
        List<String> keys = new ArrayList<>();
        for (long number = 0; number < 4; number++) {
            String text = text(batch, number, Mix.spread(1_000));
            JsonNode body = Json.MAPPER.readTree(text.substring(text.indexOf("\r\n\r\n") + 4));
            assertThat(text).doesNotContain("Idempotency-Key").contains("\r\nContent-Length: ");
            body.path("items")
                    .forEach(item -> keys.add(item.path("idempotency_key").textValue()));
        }

        assertThat(keys).hasSize(12).doesNotHaveDuplicates();
    }

    // Breaks when an answer is kept for something that only asks: it would be stale, and be counted as a booking.
    @Test
    void readsWithoutAnIdempotencyKey() {
        assertThat(text(Ask.read("a-key", "/member/balance"), 1, Mix.spread(10)))
                .startsWith("GET /api/agent/v1/member/balance HTTP/1.1\r\n")
                .endsWith("\r\n\r\n")
                .doesNotContain("Idempotency-Key");
        assertThat(text(Ask.validateVoucher(TILL, "CODE", "a-club"), 1, Mix.spread(10)))
                .doesNotContain("Idempotency-Key");
    }

    // Breaks when all that is read lies in one page: a cache would answer for the ledger.
    @Test
    void readsAsAnotherMemberAndOfAnotherMember() {
        List<byte[]> keys = IntStream.range(0, 50)
                .mapToObj(key -> "key-%02d".formatted(key).getBytes(StandardCharsets.US_ASCII))
                .toList();
        Ask wallet = Ask.readByMany(keys, "/member/balance");
        Ask history = Ask.read("a-key", "/transactions?of=member" + Ask.MEMBER_MARK);
        Mix mix = Mix.spread(1_000);
        Set<String> readers = new HashSet<>();
        Set<String> members = new HashSet<>();
        for (long number = 0; number < 2_000; number++) {
            readers.add(text(wallet, number, mix));
            members.add(text(history, number, mix));
        }

        assertThat(readers)
                .hasSize(50)
                .allMatch(
                        text -> text.matches("(?s)GET /api/agent/v1/member/balance .*X-Agent-Key: key-\\d\\d\r\n\r\n"));
        assertThat(members).hasSizeGreaterThan(800).allMatch(text -> text.contains("?of=member0000"));
        assertThat(wallet.line()).isEqualTo("GET /api/agent/v1/member/balance");
    }

    // Breaks when the shares of a mix are not what its title says, or when a repeat asks for something else.
    @Test
    void drawsTheSharesOfAMix() {
        Ask often = Ask.purchase(TILL, "a-card");
        Ask seldom = Ask.redeem(TILL, "a-card", "a-reward");
        var errand = new Errand(List.of(new Errand.Share(80, often), new Errand.Share(20, seldom)));

        long drawn = LongStream.range(0, 10_000)
                .filter(number -> errand.ask(number) == seldom)
                .count();

        assertThat(drawn).isBetween(1_800L, 2_200L);
        assertThat(errand.ask(77)).isSameAs(errand.ask(77));
        assertThatThrownBy(() -> new Errand(List.of(new Errand.Share(80, often))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void spreadsOverAllMembers() {
        Mix mix = Mix.spread(100);
        Set<Integer> seen = new HashSet<>();
        for (long number = 0; number < 2_000; number++) {
            seen.add(mix.member(number));
        }

        assertThat(seen).hasSize(100).allMatch(member -> member >= 0 && member < 100);
    }

    @Test
    void repeatsOneInTwenty() {
        var mix = new Mix(10, 20);
        long repeats = LongStream.range(0, 1_000).filter(mix::isRepeat).count();

        assertThat(repeats).isEqualTo(50);
        assertThat(LongStream.range(0, 1_000).anyMatch(Mix.spread(10)::isRepeat))
                .isFalse();
    }
}
