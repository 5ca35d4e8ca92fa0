package dev.merit.chaos.till;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.chaos.domain.AccountKey;
import dev.merit.chaos.domain.Call;
import dev.merit.chaos.domain.Kind;
import dev.merit.chaos.domain.Operation;
import dev.merit.chaos.domain.Outcome;
import dev.merit.chaos.domain.Outcome.Acknowledged;
import dev.merit.chaos.domain.Outcome.Indefinite;
import dev.merit.chaos.domain.Outcome.Refused;
import dev.merit.chaos.http.Api;
import dev.merit.chaos.http.Api.Answer;
import dev.merit.chaos.shop.Market;
import dev.merit.chaos.shop.Market.Member;
import dev.merit.platform.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One attempt, and what is to be thought of it. */
public final class Caller {
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;
    private static final int QUESTIONS = 3;
    private static final String IN_PROGRESS = "IDEMPOTENCY_IN_PROGRESS";

    private final Api api;
    private final Market market;
    private final long origin;
    private final AtomicInteger asked = new AtomicInteger();

    /** Counts everything from {@code origin}, a nano time. */
    public Caller(Api api, Market market, long origin) {
        this.api = api;
        this.market = market;
        this.origin = origin;
    }

    /** Nanoseconds since the origin. */
    public long now() {
        return System.nanoTime() - origin;
    }

    /** Sends an operation to one node; it comes back with some outcome within seconds. */
    public Call call(Operation operation, int node, URI place) throws InterruptedException {
        long began = now();
        Outcome outcome;
        try {
            outcome = outcome(operation.kind(), api.send(place, market.request(operation)));
        } catch (IOException e) {
            outcome = new Indefinite(e.getClass().getSimpleName());
        }
        return new Call(node, began, now(), outcome);
    }

    /** The balance that a node tells the partner; nothing when it tells none. */
    public OptionalLong balance(AccountKey account, URI place) throws InterruptedException {
        try {
            Answer answer = api.send(place, market.balanceAsPartner(account));
            JsonNode balance = answer.data().path("balance");
            return answer.isGood() && balance.isIntegralNumber()
                    ? OptionalLong.of(balance.longValue())
                    : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Whether a node answers the next few members, each with a key of its own. */
    public boolean isServedBy(URI place) throws InterruptedException {
        for (int question = 0; question < QUESTIONS; question++) {
            int turn = Math.floorMod(asked.getAndIncrement(), market.members().size());
            Member member = market.members().get(turn);
            try {
                if (!api.send(place, Market.balancesAsMember(member)).isGood()) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    private static Outcome outcome(Kind kind, Answer answer) {
        if (answer.isGood()) {
            return acknowledged(kind, answer);
        }
        String code = answer.code();
        if (answer.status() >= SERVER_ERROR || answer.status() == TOO_MANY || code.equals(IN_PROGRESS)) {
            return new Indefinite(answer.status() + " " + code);
        }
        return new Refused(answer.status(), code);
    }

    private static Acknowledged acknowledged(Kind kind, Answer answer) {
        JsonNode data = answer.data();
        String digest = digest(answer.body());
        return switch (kind) {
            case PURCHASE ->
                new Acknowledged(
                        answer.status(),
                        digest,
                        id(data.path("transaction_id")),
                        data.path("points_awarded").longValue(),
                        number(data.path("new_balance")));
            case REDEEM ->
                new Acknowledged(
                        answer.status(),
                        digest,
                        id(data.path("transaction_id")),
                        -data.path("points_deducted").longValue(),
                        number(data.path("new_balance")));
            case VOUCHER ->
                new Acknowledged(
                        answer.status(),
                        digest,
                        id(data.path("redemption_id")),
                        data.path("points_awarded").longValue(),
                        null);
            case STAMPS ->
                new Acknowledged(
                        answer.status(),
                        digest,
                        null,
                        data.path("points_awarded").longValue(),
                        null);
        };
    }

    private static @Nullable UUID id(JsonNode text) {
        return text.isTextual() ? UUID.fromString(text.textValue()) : null;
    }

    private static @Nullable Long number(JsonNode number) {
        return number.isIntegralNumber() ? Long.valueOf(number.longValue()) : null;
    }

    private static String digest(String body) {
        return HexFormat.of().formatHex(Json.sha256(body.getBytes(StandardCharsets.UTF_8)), 0, 16);
    }
}
