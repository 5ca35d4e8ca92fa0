package dev.merit.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.chaos.domain.AccountKey;
import dev.merit.chaos.domain.Evidence;
import dev.merit.chaos.domain.Evidence.Asker;
import dev.merit.chaos.domain.Evidence.Balance;
import dev.merit.chaos.domain.Evidence.ToldBalance;
import dev.merit.chaos.http.Api;
import dev.merit.chaos.http.Api.Answer;
import dev.merit.chaos.shop.Market;
import dev.merit.chaos.shop.Market.Member;
import dev.merit.chaos.store.AuditStore;
import dev.merit.chaos.stream.Topics;
import dev.merit.chaos.world.ChaosFailed;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Asks everybody what is so, when all is at rest: tables, topics, and every node as every partner and member. */
final class Witnesses {
    private static final int PARALLEL = 16;

    private final Api api;
    private final Market market;
    private final List<URI> nodes;

    Witnesses(Api api, Market market, List<URI> nodes) {
        this.api = api;
        this.market = market;
        this.nodes = nodes;
    }

    Evidence hear(String jdbcUrl, String bootstrapServers) throws SQLException, InterruptedException {
        try (AuditStore store = AuditStore.snapshot(jdbcUrl)) {
            List<Balance> balances = store.listBalances();
            return new Evidence(
                    store.listLedger(),
                    balances,
                    store.listEnrolments(),
                    store.listUses(),
                    Topics.read(bootstrapServers),
                    store.listOutbox(),
                    ask(balances));
        }
    }

    private List<ToldBalance> ask(List<Balance> balances) throws InterruptedException {
        Map<UUID, List<AccountKey>> byMember = new HashMap<>();
        for (Balance balance : balances) {
            byMember.computeIfAbsent(balance.account().member(), member -> new ArrayList<>())
                    .add(balance.account());
        }
        List<Callable<List<ToldBalance>>> questions = new ArrayList<>();
        for (int node = 0; node < nodes.size(); node++) {
            int number = node;
            for (Balance balance : balances) {
                questions.add(() -> List.of(askAsPartner(number, balance.account())));
            }
            for (Member member : market.members()) {
                questions.add(() -> askAsMember(number, member, byMember.getOrDefault(member.id(), List.of())));
            }
        }
        List<ToldBalance> told = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(PARALLEL)) {
            for (Future<List<ToldBalance>> answer : pool.invokeAll(questions)) {
                told.addAll(answer.get());
            }
        } catch (ExecutionException e) {
            throw new ChaosFailed("The nodes could not be asked: " + e.getCause(), e);
        }
        return told;
    }

    private ToldBalance askAsPartner(int node, AccountKey account) throws InterruptedException {
        Answer answer = send(node, market.balanceAsPartner(account));
        return new ToldBalance(node, Asker.PARTNER, account, answer == null ? null : balance(answer.data()));
    }

    /** One answer tells all cards; a card that should be there and is not is told as nothing. */
    private List<ToldBalance> askAsMember(int node, Member member, List<AccountKey> accounts)
            throws InterruptedException {
        Answer answer = send(node, Market.balancesAsMember(member));
        Map<String, @Nullable Long> byCard = new HashMap<>();
        if (answer != null) {
            answer.data().forEach(row -> byCard.put(row.path("card_id").asText(), balance(row)));
        }
        List<ToldBalance> told = new ArrayList<>();
        for (AccountKey account : accounts) {
            told.add(new ToldBalance(
                    node, Asker.MEMBER, account, byCard.remove(account.card().toString())));
        }
        for (var stray : byCard.entrySet()) {
            AccountKey none = new AccountKey(new UUID(0, 0), member.id(), UUID.fromString(stray.getKey()));
            told.add(new ToldBalance(node, Asker.MEMBER, none, stray.getValue()));
        }
        return told;
    }

    private @Nullable Answer send(int node, Api.Request request) throws InterruptedException {
        try {
            Answer answer = api.send(nodes.get(node), request);
            return answer.isGood() ? answer : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable Long balance(JsonNode row) {
        JsonNode balance = row.path("balance");
        return balance.isIntegralNumber() ? Long.valueOf(balance.longValue()) : null;
    }
}
