package shop;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import merit.ApiClient;
import merit.ApiException;
import merit.api.PartnerMembersApi;
import merit.api.SystemApi;
import merit.api.TransactionsApi;
import merit.api.WalletApi;
import merit.model.Balance;
import merit.model.PurchaseCreate;
import merit.model.Purchased;
import merit.model.RedeemCreate;
import merit.model.Redeemed;
import merit.model.Transaction;
import merit.model.WalletBalance;

/** A shop as an integrator writes one: every type here is one that the generated client has to have. */
public final class Shop implements UnaryOperator<Map<String, String>> {

    @Override
    public Map<String, String> apply(Map<String, String> given) {
        try {
            return visit(given);
        } catch (ApiException e) {
            throw new IllegalStateException(e.getCode() + " " + e.getResponseBody(), e);
        }
    }

    private static Map<String, String> visit(Map<String, String> given) throws ApiException {
        ApiClient client = client(given.get("api"), given.get("key"));
        TransactionsApi transactions = new TransactionsApi(client);
        UUID card = UUID.fromString(given.get("card"));
        UUID member = UUID.fromString(given.get("member"));
        Map<String, String> seen = new LinkedHashMap<>();
        seen.put("role", new SystemApi(client).routerHealth(null).getData().getRole().getValue());

        PurchaseCreate purchase = new PurchaseCreate()
                .cardId(card)
                .memberIdentifier(given.get("member"))
                .purchaseAmount(new BigDecimal(given.get("amount")));
        Purchased purchased = transactions.pointsPurchase(purchase, null, "purchase-" + member).getData();
        Purchased again = transactions.pointsPurchase(purchase, null, "purchase-" + member).getData();
        UUID id = purchased.getTransactionId();
        BigDecimal amount = purchased.getPurchaseAmount();
        OffsetDateTime at = purchased.getCreatedAt();
        long earned = purchased.getPointsAwarded();
        long before = purchased.getPreviousBalance();
        seen.put("amount", amount.toPlainString());
        seen.put("repeated", String.valueOf(purchased.equals(again)));
        seen.put("recent", String.valueOf(at.isAfter(OffsetDateTime.now().minusMinutes(5))));

        RedeemCreate redemption = new RedeemCreate()
                .cardId(card)
                .rewardId(UUID.fromString(given.get("reward")))
                .memberIdentifier(given.get("member"));
        Redeemed redeemed = transactions.pointsRedeem(redemption, null, "redeem-" + member).getData();
        long spent = redeemed.getPointsDeducted();

        Balance balance = new PartnerMembersApi(client).pointsFindBalance(member, card, null, null).getData();
        long left = balance.getBalance();
        seen.put("adds up", String.valueOf(left == before + earned - spent));

        ApiClient mine = client(given.get("api"), given.get("memberKey"));
        List<WalletBalance> wallet = new WalletApi(mine).pointsFindWallet(null, null).getData();
        seen.put("wallet", String.valueOf(wallet.stream().anyMatch(each -> each.getCardId().equals(card) && each.getBalance() == left)));

        List<Transaction> page = transactions
                .pointsListTransactions(given.get("member"), card, null, null, null, null, 100, null, null)
                .getData();
        seen.put("listed", String.valueOf(page.stream().anyMatch(each -> each.getId().equals(id))));
        seen.put("refused", refusal(transactions, purchase));
        return seen;
    }

    /** What a client is told when it sends nonsense. */
    private static String refusal(TransactionsApi transactions, PurchaseCreate purchase) {
        try {
            transactions.pointsPurchase(purchase.purchaseAmount(BigDecimal.ZERO), null, null);
            return "nothing";
        } catch (ApiException e) {
            return e.getCode() + (e.getResponseBody().contains("VALIDATION_FAILED") ? " VALIDATION_FAILED" : "");
        }
    }

    private static ApiClient client(String api, String key) {
        ApiClient client = new ApiClient();
        client.updateBaseUri(api);
        client.setRequestInterceptor(request -> request.header("X-Agent-Key", key));
        return client;
    }
}
