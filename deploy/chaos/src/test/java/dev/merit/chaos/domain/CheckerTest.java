package dev.merit.chaos.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.chaos.domain.Evidence.Asker;
import dev.merit.chaos.domain.Evidence.Balance;
import dev.merit.chaos.domain.Evidence.Movement;
import dev.merit.chaos.domain.Evidence.OutboxEvent;
import dev.merit.chaos.domain.Evidence.Redemption;
import dev.merit.chaos.domain.Evidence.StampFact;
import dev.merit.chaos.domain.Evidence.StampProgress;
import dev.merit.chaos.domain.Evidence.StreamRecord;
import dev.merit.chaos.domain.Evidence.ToldBalance;
import dev.merit.chaos.domain.Evidence.VoucherUse;
import dev.merit.chaos.domain.Outcome.Acknowledged;
import dev.merit.chaos.domain.Outcome.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A checker that finds nothing proves nothing: each test spoils one thing, and it must be named. */
class CheckerTest {
    private final Scene scene = new Scene();

    private Set<Promise> broken() {
        return scene.check().list().stream().map(Finding::promise).collect(Collectors.toSet());
    }

    private String all(Promise promise) {
        return scene.check().of(promise).stream().map(Finding::what).collect(Collectors.joining("\n"));
    }

    @Test
    void findsNothingWhereAllIsWell() {
        Findings findings = scene.check();

        assertThat(findings.list()).isEmpty();
        for (Promise promise : Set.of(
                Promise.NO_LOSS,
                Promise.NO_INVENTION,
                Promise.BALANCE,
                Promise.STREAM,
                Promise.LIMITS,
                Promise.TENANCY,
                Promise.ORDER,
                Promise.ANSWERS)) {
            assertThat(findings.looked(promise)).as(promise.toString()).isPositive();
        }
    }

    /** Breaks when a crash that is mended by the next start, or a stop that takes for ever, is only noted. */
    @Test
    void findsNodesThatEndByThemselvesOrBadly() {
        Findings findings = new Findings();

        Checker.checkEnds(
                List.of(
                        new NodeEnd(0, true, 0, Duration.ofSeconds(30), "well"),
                        new NodeEnd(0, false, 0, Duration.ZERO, "by itself"),
                        new NodeEnd(1, true, 1, Duration.ofSeconds(2), "badly"),
                        new NodeEnd(2, true, 0, Duration.ofSeconds(31), "slowly")),
                findings);

        assertThat(findings.looked(Promise.STANDING)).isEqualTo(4);
        assertThat(findings.of(Promise.STANDING))
                .hasSize(3)
                .extracting(Finding::what)
                .satisfiesExactly(
                        fallen -> assertThat(fallen).contains("node 1 ended by itself"),
                        failed -> assertThat(failed).contains("node 2").contains("with 1"),
                        late -> assertThat(late).contains("node 3").contains("31.0 s"));
        assertThat(Promise.STANDING.isOfTime()).isFalse();
    }

    /** Breaks when an operation counts that was only asked for in time, and was known by a question after the minute. */
    @Test
    void findsWhatBecameKnownTooLate() {
        scene.operations.clear();
        scene.operations.add(Scene.history(Scene.PURCHASE, Scene.lost(0), Scene.told(95, Scene.PURCHASE_ENTRY, 150)));
        scene.operations.add(Scene.history(Scene.REDEEM, Scene.lost(0), Scene.refused(96)));
        scene.operations.add(Scene.history(Scene.USE));
        Findings findings = new Findings();

        Checker.checkDoubts(new History(scene.operations, scene.reads), 100, findings);

        assertThat(findings.looked(Promise.DEFINITE)).isEqualTo(3);
        assertThat(findings.list())
                .extracting(Finding::what)
                .satisfiesExactly(
                        late -> assertThat(late).contains(Scene.text(Scene.REDEEM)),
                        unsent -> assertThat(unsent).contains(Scene.text(Scene.USE)));
    }

    @Test
    void findsALostPurchase() {
        scene.operations.add(Scene.history(
                new Operation(Scene.id(99), Kind.PURCHASE, Scene.ACCOUNT, Scene.CARD, 100),
                Scene.told(500, Scene.id(98), 10)));

        assertThat(broken()).containsExactly(Promise.NO_LOSS);
        assertThat(all(Promise.NO_LOSS)).contains("lost").contains(Scene.id(99).toString());
    }

    @Test
    void findsLostStampsAndALostVoucherUse() {
        scene.facts.clear();
        scene.uses.clear();

        assertThat(scene.check().of(Promise.NO_LOSS)).hasSize(2);
    }

    @Test
    void findsAnAnswerThatNamesAnotherEntry() {
        scene.operations.set(1, Scene.history(Scene.REDEEM, Scene.told(100, Scene.id(98), -100)));

        assertThat(broken()).containsExactly(Promise.NO_LOSS);
    }

    @Test
    void findsADoubledPurchase() {
        scene.book(Scene.row(5, Scene.id(98), 100, 205, LedgerRow.PURCHASE, Scene.PURCHASE));

        assertThat(broken()).containsExactly(Promise.NO_INVENTION);
        assertThat(all(Promise.NO_INVENTION)).contains("doubled");
    }

    @Test
    void findsTheEffectOfARefusedOperation() {
        scene.book(Scene.row(5, Scene.id(98), -100, 5, LedgerRow.REDEMPTION, Scene.REFUSED));

        assertThat(broken()).containsExactly(Promise.NO_INVENTION);
        assertThat(all(Promise.NO_INVENTION)).contains("refused");
    }

    @Test
    void findsAnEntryThatNobodyWanted() {
        var nobody = new Operation(Scene.id(99), Kind.PURCHASE, Scene.ACCOUNT, Scene.CARD, 1_000);
        scene.book(Scene.row(5, Scene.id(98), 100, 205, LedgerRow.PURCHASE, nobody));
        scene.book(Scene.row(6, Scene.id(97), -5, 200, "system_expired_points", Scene.PURCHASE));

        assertThat(all(Promise.NO_INVENTION).lines())
                .hasSize(2)
                .allMatch(line -> line.contains("belongs to no operation") || line.contains("doubled"));
    }

    @Test
    void allowsOneEffectOfAnOperationInDoubtAndNotTwo() {
        var doubtful = new Operation(Scene.id(99), Kind.PURCHASE, Scene.ACCOUNT, Scene.CARD, 1_000);
        scene.operations.add(Scene.history(doubtful, Scene.lost(500)));

        assertThat(broken()).isEmpty();
        scene.book(Scene.row(5, Scene.id(98), 100, 205, LedgerRow.PURCHASE, doubtful));
        assertThat(broken()).isEmpty();
        scene.book(Scene.row(6, Scene.id(97), 100, 305, LedgerRow.PURCHASE, doubtful));
        assertThat(broken()).containsExactly(Promise.NO_INVENTION);
    }

    @Test
    void findsAWrongAmountOfPoints() {
        scene.operations.add(Scene.history(
                new Operation(Scene.id(99), Kind.PURCHASE, Scene.ACCOUNT, Scene.CARD, 1_000),
                Scene.told(500, Scene.id(98), 101)));
        scene.book(new LedgerRow(
                Scene.id(98),
                Scene.ACCOUNT,
                5,
                101,
                206,
                LedgerRow.PURCHASE,
                null,
                null,
                Scene.id(99).toString()));

        assertThat(broken()).containsExactly(Promise.NO_INVENTION);
    }

    /** Breaks when two purchases at once may both be the first, or none is. */
    @Test
    void findsAWelcomeBonusThatIsGivenTwiceOrNever() {
        var second = new Operation(Scene.id(99), Kind.PURCHASE, Scene.ACCOUNT, Scene.CARD, 1_000);
        scene.operations.add(Scene.history(second, Scene.told(500, Scene.id(98), 150)));
        scene.book(Scene.row(5, Scene.id(98), 150, 255, LedgerRow.PURCHASE, second));
        assertThat(broken()).containsExactly(Promise.NO_INVENTION);
        assertThat(all(Promise.NO_INVENTION)).contains(Scene.id(98).toString()).contains("150 points instead of 100");

        scene.operations.set(0, Scene.history(Scene.PURCHASE, Scene.told(0, Scene.PURCHASE_ENTRY, 100)));
        scene.ledger.set(0, Scene.row(1, Scene.PURCHASE_ENTRY, 100, 100, LedgerRow.PURCHASE, Scene.PURCHASE));
        assertThat(all(Promise.NO_INVENTION)).contains("100 points instead of 150");
    }

    /** Breaks when a client is told other numbers than those that are booked under the entry it is told. */
    @Test
    void findsAnAnswerWithOtherPointsOrAnotherBalanceThanItsEntry() {
        scene.operations.set(1, Scene.history(Scene.REDEEM, Scene.told(100, Scene.REDEEM_ENTRY, -99)));
        assertThat(broken()).containsExactly(Promise.NO_LOSS);
        assertThat(all(Promise.NO_LOSS)).contains("-99");

        scene.operations.set(
                1,
                Scene.history(
                        Scene.REDEEM,
                        new Call(0, 100, 105, new Acknowledged(200, "digest", Scene.REDEEM_ENTRY, -100, 51L))));
        assertThat(broken()).containsExactly(Promise.NO_LOSS);
        assertThat(all(Promise.NO_LOSS)).contains("51");
    }

    @Test
    void findsABalanceThatIsNotTheSum() {
        scene.stand(104);

        assertThat(broken()).containsExactlyInAnyOrder(Promise.BALANCE, Promise.STREAM);
    }

    @Test
    void findsABalanceWithoutEntries() {
        scene.balances.add(new Balance(new AccountKey(Scene.PARTNER, Scene.id(99), Scene.CARD), 0));

        assertThat(all(Promise.BALANCE)).contains("no entry");
    }

    @Test
    void findsANodeThatTellsAnotherBalanceOrNone() {
        scene.told.set(1, new ToldBalance(0, Asker.MEMBER, Scene.ACCOUNT, 100L));
        scene.told.set(2, new ToldBalance(1, Asker.PARTNER, Scene.ACCOUNT, null));

        assertThat(broken()).containsExactly(Promise.BALANCE);
        assertThat(scene.check().of(Promise.BALANCE)).hasSize(2);
    }

    @Test
    void findsAnAccountBelowZero() {
        var spent = new Operation(Scene.id(99), Kind.REDEEM, Scene.ACCOUNT, Scene.REWARD, 0);
        scene.operations.add(Scene.history(spent, Scene.lost(500)));
        var again = new Operation(Scene.id(97), Kind.REDEEM, Scene.ACCOUNT, Scene.REWARD, 0);
        scene.operations.add(Scene.history(again, Scene.lost(500)));
        scene.book(Scene.row(5, Scene.id(98), -100, 5, LedgerRow.REDEMPTION, spent));
        scene.book(Scene.row(6, Scene.id(96), -100, -95, LedgerRow.REDEMPTION, again));

        assertThat(broken()).containsExactly(Promise.BALANCE);
        assertThat(all(Promise.BALANCE)).contains("negative");
    }

    @Test
    void findsAGapInTheNumbersOfAnAccount() {
        scene.ledger.set(3, Scene.row(5, Scene.STAMP_ENTRY, 30, 105, LedgerRow.STAMP_REWARD, Scene.STAMPS));

        assertThat(broken()).containsExactly(Promise.BALANCE);
    }

    @Test
    void findsASkippedEvent() {
        scene.stream.remove(2);

        assertThat(all(Promise.STREAM)).contains("skipped: event " + Scene.VOUCHER_ENTRY);
    }

    /** Breaks when only events are looked for whose id is that of a row, or those that the outbox still knows. */
    @Test
    void findsAVoucherUseAndAnEnrolmentWithoutTheirEvents() {
        for (int event = 0; event < 2; event++) {
            scene.stream.removeLast();
            scene.outbox.removeLast();
        }

        assertThat(broken()).containsExactly(Promise.STREAM);
        assertThat(all(Promise.STREAM).lines())
                .hasSize(2)
                .anyMatch(line -> line.contains("skipped") && line.contains(Scene.USE_ROW.toString()))
                .anyMatch(line -> line.contains("skipped") && line.contains("Enrolment"));
    }

    @Test
    void findsASecondEventOfOneVoucherUse() {
        scene.stream.add(new StreamRecord(
                "merit.vouchers", Scene.id(99), Scene.MEMBER.toString(), 2, "e", new Redemption(Scene.USE_ROW)));
        scene.outbox.add(new OutboxEvent(Scene.id(99), "merit.vouchers", true));

        assertThat(broken()).containsExactly(Promise.STREAM);
        assertThat(all(Promise.STREAM)).contains("1 events too many");
    }

    @Test
    void findsAnEventThatWaits() {
        scene.stream.remove(5);
        scene.outbox.set(5, new OutboxEvent(Scene.COMPLETED, "merit.stamps", false));

        assertThat(broken()).containsExactlyInAnyOrder(Promise.CAUGHT_UP, Promise.STREAM);
    }

    @Test
    void findsAnEventOfWhatNeverHappened() {
        scene.stream.add(new StreamRecord("merit.vouchers", Scene.id(99), Scene.MEMBER.toString(), 2, "x", null));
        scene.stream.add(new StreamRecord(
                "merit.transactions",
                Scene.id(98),
                Scene.MEMBER.toString(),
                5,
                "x",
                new Movement(Scene.ACCOUNT, 0, 105)));

        assertThat(scene.check().of(Promise.STREAM)).hasSize(2);
    }

    @Test
    void findsEventsInTheWrongOrder() {
        StreamRecord first = scene.stream.removeFirst();
        scene.stream.add(1, first);

        assertThat(broken()).containsExactly(Promise.STREAM);
    }

    @Test
    void findsARepeatWithOtherBytes() {
        for (int more = 0; more < 200; more++) {
            scene.stream.add(new StreamRecord("merit.members", Scene.id(1_000 + more), "" + more, 1, "m", null));
            scene.outbox.add(new OutboxEvent(Scene.id(1_000 + more), "merit.members", true));
        }
        StreamRecord first = scene.stream.getFirst();
        scene.stream.add(first);
        assertThat(broken()).isEmpty();

        scene.stream.add(
                new StreamRecord(first.topic(), first.eventId(), first.key(), first.sequence(), "other", first.told()));

        assertThat(broken()).containsExactly(Promise.REPEATS);
    }

    @Test
    void findsTooManyRepeats() {
        scene.stream.add(scene.stream.getFirst());

        assertThat(broken()).containsExactly(Promise.REPEATS);
    }

    @Test
    void findsAVoucherUsedTooOftenByAMember() {
        var second = new Operation(Scene.id(99), Kind.VOUCHER, Scene.ACCOUNT, Scene.VOUCHER, 0);
        scene.operations.add(Scene.history(second, Scene.told(500, Scene.id(98), 25)));
        scene.use(new VoucherUse(
                Scene.id(98), Scene.PARTNER, Scene.VOUCHER, Scene.MEMBER, false, Scene.CARD, Scene.text(second)));
        scene.book(Scene.row(5, Scene.id(97), 25, 130, LedgerRow.VOUCHER_BONUS, second));

        assertThat(broken()).containsExactly(Promise.LIMITS);
    }

    @Test
    void findsAVoucherUsedTooOftenByAll() {
        for (int member = 90; member < 92; member++) {
            var account = new AccountKey(Scene.PARTNER, Scene.id(member), Scene.CARD);
            var more = new Operation(Scene.id(member + 1_000), Kind.VOUCHER, account, Scene.VOUCHER, 0);
            scene.operations.add(Scene.history(more, Scene.lost(500)));
            scene.use(new VoucherUse(
                    Scene.id(member + 2_000),
                    Scene.PARTNER,
                    Scene.VOUCHER,
                    account.member(),
                    false,
                    Scene.CARD,
                    Scene.text(more)));
        }

        assertThat(all(Promise.LIMITS)).contains("was used 3 times");
    }

    @Test
    void findsVoucherPointsThatWereNotGiven() {
        scene.uses.set(
                0,
                new VoucherUse(
                        Scene.USE_ROW, Scene.PARTNER, Scene.VOUCHER, Scene.MEMBER, false, Scene.CARD, "elsewhere"));

        assertThat(all(Promise.LIMITS)).contains("elsewhere").contains(Scene.text(Scene.USE));
    }

    @Test
    void findsStampsThatDoNotAddUp() {
        scene.progress.set(0, new StampProgress(Scene.PARTNER, Scene.STAMP_CARD, Scene.MEMBER, 7, 1, 1, 0));
        assertThat(broken()).containsExactly(Promise.LIMITS);

        scene.progress.set(0, new StampProgress(Scene.PARTNER, Scene.STAMP_CARD, Scene.MEMBER, 6, 0, 2, 0));
        assertThat(broken()).containsExactly(Promise.LIMITS);
    }

    @Test
    void findsAFullCardThatPaidTwice() {
        scene.facts.removeLast();
        scene.facts.add(new StampFact(
                Scene.COMPLETED,
                Scene.PARTNER,
                Scene.STAMP_CARD,
                Scene.MEMBER,
                StampFact.COMPLETED,
                -6,
                Scene.CARD,
                "elsewhere"));

        assertThat(all(Promise.LIMITS)).contains("owed");
    }

    @Test
    void findsARewardAtAnotherPrice() {
        scene.operations.add(Scene.history(
                new Operation(Scene.id(99), Kind.REDEEM, Scene.ACCOUNT, Scene.REWARD, 0),
                Scene.told(500, Scene.id(98), -99)));
        scene.book(new LedgerRow(
                Scene.id(98),
                Scene.ACCOUNT,
                5,
                -99,
                6,
                LedgerRow.REDEMPTION,
                Scene.REWARD,
                null,
                Scene.id(99).toString()));

        assertThat(broken()).containsExactly(Promise.LIMITS);
    }

    @Test
    void findsARowThatNamesAnotherPartnersThing() {
        scene.uses.set(
                0,
                new VoucherUse(
                        Scene.USE_ROW,
                        Scene.PARTNER,
                        Scene.VOUCHER,
                        Scene.MEMBER,
                        false,
                        Scene.FOREIGN_CARD,
                        Scene.text(Scene.USE)));

        assertThat(broken()).containsExactly(Promise.TENANCY);
    }

    @Test
    void findsARepeatThatAnswersOtherBytes() {
        scene.operations.set(
                1,
                Scene.history(
                        Scene.REDEEM,
                        Scene.told(100, Scene.REDEEM_ENTRY, -100),
                        new Call(1, 110, 115, new Acknowledged(200, "other", Scene.REDEEM_ENTRY, -100, null))));

        assertThat(broken()).containsExactly(Promise.ANSWERS);
    }

    @Test
    void findsARefusalAfterAnAcknowledgement() {
        scene.operations.set(
                1, Scene.history(Scene.REDEEM, Scene.told(100, Scene.REDEEM_ENTRY, -100), Scene.refused(110)));

        assertThat(broken()).containsExactly(Promise.ANSWERS);
    }

    @Test
    void findsARefusalThatFitsNoGoodRequest() {
        scene.operations.set(4, Scene.history(Scene.REFUSED, new Call(0, 400, 405, new Refused(404, "NOT_FOUND"))));

        assertThat(broken()).containsExactly(Promise.ANSWERS);
    }

    /** The redemption had been answered when the read began, and the read still sees the balance before it. */
    @Test
    void findsAStaleRead() {
        scene.reads.set(0, new BalanceRead(Scene.ACCOUNT, 1, 130, 140, 150));

        assertThat(broken()).containsExactly(Promise.ORDER);
    }

    @Test
    void findsAReadThatGoesBack() {
        scene.operations.set(
                1, Scene.history(Scene.REDEEM, Scene.lost(100), Scene.told(170, Scene.REDEEM_ENTRY, -100)));
        scene.reads.add(new BalanceRead(Scene.ACCOUNT, 2, 150, 160, 150));

        assertThat(broken()).containsExactly(Promise.ORDER);
    }

    @Test
    void findsAReadOfWhatNobodyHadAskedForYet() {
        scene.reads.set(0, new BalanceRead(Scene.ACCOUNT, 1, 130, 140, 75));

        assertThat(broken()).containsExactly(Promise.ORDER);
    }

    /** The first purchase was asked for after the redemption was answered, and stands before it all the same. */
    @Test
    void findsEntriesAgainstTheOrderOfTheirAnswers() {
        scene.reads.clear();
        scene.operations.set(0, Scene.history(Scene.PURCHASE, Scene.told(150, Scene.PURCHASE_ENTRY, 150)));

        assertThat(broken()).containsExactly(Promise.ORDER);
    }
}
