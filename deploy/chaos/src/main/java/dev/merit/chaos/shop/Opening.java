package dev.merit.chaos.shop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.chaos.domain.Terms.VoucherTerms;
import dev.merit.chaos.http.Api;
import dev.merit.chaos.plan.Shape;
import dev.merit.chaos.shop.Market.Member;
import dev.merit.platform.Json;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes shops and members through the API of a node. */
public final class Opening {
    private static final int PARALLEL = 8;

    private final Api api;
    private final URI node;
    private final String adminKey;

    public Opening(Api api, URI node, String adminKey) {
        this.api = api;
        this.node = node;
        this.adminKey = adminKey;
    }

    /** Something that every run needs could not be made. */
    public static final class OpeningFailed extends RuntimeException {
        OpeningFailed(String message) {
            super(message);
        }

        OpeningFailed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** As many as the shape says. */
    public Market open(Shape shape) {
        List<Shop> shops = new ArrayList<>();
        for (int tenant = 1; tenant <= shape.tenants(); tenant++) {
            shops.add(shop("chaos" + tenant));
        }
        return new Market(shops, members(shape.hot() + shape.cold()));
    }

    private Shop shop(String name) {
        UUID partner = id(post("/admin/partners", adminKey, Map.of("name", name, "email", name + "@shop.example")));
        String keys = "/admin/partners/" + partner + "/keys";
        String owner = key(post(keys, adminKey, Map.of("name", "Owner", "preset", "full_management")));
        String till = key(post(keys, adminKey, Map.of("name", "Till", "preset", "till")));
        UUID club = id(post("/partner/clubs", owner, Map.of("name", name)));
        UUID card = id(post(
                "/partner/cards",
                owner,
                Map.of(
                        "club_id",
                        club,
                        "name",
                        name,
                        "points_per_currency",
                        Market.CARD.pointsPerUnit(),
                        "initial_bonus_points",
                        Market.CARD.bonus())));
        UUID reward = id(post(
                "/partner/rewards",
                owner,
                Map.of("card_id", card, "name", "Coffee", "points_required", Market.REWARD_PRICE)));
        List<UUID> vouchers = new ArrayList<>();
        for (VoucherTerms terms : Market.VOUCHERS) {
            vouchers.add(voucher(owner, club, card, terms));
        }
        UUID stampCard = id(post(
                "/partner/stamp-cards",
                owner,
                Map.of(
                        "club_id",
                        club,
                        "name",
                        "Stamps",
                        "reward_title",
                        "Points",
                        "stamps_required",
                        Market.STAMPS.required(),
                        "reward_points",
                        Market.STAMPS.points(),
                        "reward_card_id",
                        card)));
        return new Shop(partner, till, card, reward, vouchers, stampCard);
    }

    private UUID voucher(String owner, UUID club, UUID card, VoucherTerms terms) {
        Map<String, Object> body = new HashMap<>(Map.of(
                "club_id",
                club,
                "name",
                "Voucher",
                "max_uses_total",
                terms.usesMax(),
                "max_uses_per_member",
                terms.usesPerMemberMax()));
        if (terms.points() > 0) {
            body.putAll(Map.of("type", "bonus_points", "value", terms.points(), "points_card_id", card));
        } else {
            body.putAll(Map.of("type", "fixed_amount", "value", 500));
        }
        return id(post("/partner/vouchers", owner, body));
    }

    private List<Member> members(int count) {
        try (var pool = Executors.newFixedThreadPool(PARALLEL)) {
            List<Callable<Member>> jobs = new ArrayList<>();
            for (int number = 0; number < count; number++) {
                String email = "member" + number + "@chaos.example";
                jobs.add(() -> member(email));
            }
            List<Member> members = new ArrayList<>();
            for (Future<Member> made : pool.invokeAll(jobs)) {
                members.add(made.get());
            }
            return members;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpeningFailed("Interrupted while members were made.", e);
        } catch (ExecutionException e) {
            throw new OpeningFailed("Members could not be made: " + e.getCause(), e);
        }
    }

    private Member member(String email) {
        UUID id = id(post("/admin/members", adminKey, Map.of("email", email)));
        String key =
                key(post("/admin/members/" + id + "/keys", adminKey, Map.of("name", "Wallet", "preset", "view_only")));
        return new Member(id, key);
    }

    private JsonNode post(String path, String key, Map<String, ?> body) {
        try {
            Api.Answer answer = api.send(node, new Api.Request(path, key, UUID.randomUUID(), Json.write(body)));
            if (!answer.isGood()) {
                throw new OpeningFailed("The node answered " + answer.status() + " to " + path + ": " + answer.body());
            }
            return answer.data();
        } catch (IOException e) {
            throw new OpeningFailed("The node did not answer " + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpeningFailed("Interrupted while asking the node.", e);
        }
    }

    private static UUID id(JsonNode data) {
        return UUID.fromString(data.path("id").asText());
    }

    private static String key(JsonNode data) {
        return data.path("key").asText();
    }
}
