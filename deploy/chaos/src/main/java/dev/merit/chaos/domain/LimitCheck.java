package dev.merit.chaos.domain;

import dev.merit.chaos.domain.Evidence.StampFact;
import dev.merit.chaos.domain.Evidence.StampProgress;
import dev.merit.chaos.domain.Evidence.VoucherUse;
import dev.merit.chaos.domain.Terms.StampTerms;
import dev.merit.chaos.domain.Terms.VoucherTerms;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** E5: what is limited stays within its limits, and what is given was earned. */
final class LimitCheck {
    private LimitCheck() {}

    private record Holder(UUID thing, UUID member) {}

    static void check(Evidence evidence, Terms terms, Findings findings) {
        checkRewards(evidence, terms, findings);
        checkVouchers(evidence, terms, findings);
        checkStamps(evidence, terms, findings);
    }

    private static void checkRewards(Evidence evidence, Terms terms, Findings findings) {
        for (LedgerRow row : evidence.ledger()) {
            if (row.event().equals(LedgerRow.REDEMPTION) && row.reward() != null) {
                findings.looked(Promise.LIMITS, 1);
                Long price = terms.rewards().get(row.reward());
                if (price == null || row.points() != -price) {
                    findings.add(
                            Promise.LIMITS,
                            "entry " + row.id() + " took " + -row.points() + " points for a reward of " + price);
                }
            }
        }
    }

    private static void checkVouchers(Evidence evidence, Terms terms, Findings findings) {
        Map<UUID, Long> uses = new HashMap<>();
        Map<Holder, Long> memberUses = new HashMap<>();
        Map<String, Long> bonuses = new HashMap<>();
        for (LedgerRow row : evidence.ledger()) {
            if (row.event().equals(LedgerRow.VOUCHER_BONUS)) {
                bonuses.merge(row.requestId(), row.points(), Long::sum);
            }
        }
        for (VoucherUse use : evidence.uses().vouchers()) {
            findings.looked(Promise.LIMITS, 1);
            if (!use.voided()) {
                uses.merge(use.voucher(), 1L, Long::sum);
                memberUses.merge(new Holder(use.voucher(), use.member()), 1L, Long::sum);
            }
        }
        uses.forEach((voucher, count) -> {
            VoucherTerms term = terms.vouchers().get(voucher);
            if (term == null || count > term.usesMax()) {
                findings.add(
                        Promise.LIMITS, "voucher " + voucher + " was used " + count + " times, allowed are " + term);
            }
        });
        memberUses.forEach((holder, count) -> {
            VoucherTerms term = terms.vouchers().get(holder.thing());
            if (term == null || count > term.usesPerMemberMax()) {
                findings.add(
                        Promise.LIMITS, holder + " was used " + count + " times by one member, allowed are " + term);
            }
        });
        checkBonuses(evidence, terms, bonuses, findings);
    }

    private static void checkBonuses(Evidence evidence, Terms terms, Map<String, Long> bonuses, Findings findings) {
        Map<String, Long> owed = new HashMap<>();
        for (VoucherUse use : evidence.uses().vouchers()) {
            VoucherTerms term = terms.vouchers().get(use.voucher());
            if (term != null && term.points() > 0) {
                owed.merge(use.requestId(), term.points(), Long::sum);
            }
        }
        if (!owed.equals(bonuses)) {
            owed.forEach((request, points) -> {
                if (!points.equals(bonuses.get(request))) {
                    findings.add(
                            Promise.LIMITS,
                            "voucher use of " + request + " is worth " + points + " points, credited were "
                                    + bonuses.get(request));
                }
            });
            bonuses.keySet().stream()
                    .filter(request -> !owed.containsKey(request))
                    .forEach(request ->
                            findings.add(Promise.LIMITS, "points of " + request + " without a voucher's use"));
        }
    }

    private static void checkStamps(Evidence evidence, Terms terms, Findings findings) {
        Map<Holder, Long> added = new HashMap<>();
        Map<Holder, Long> rounds = new HashMap<>();
        Map<String, Long> owed = new HashMap<>();
        for (StampFact fact : evidence.uses().stampFacts()) {
            Holder holder = new Holder(fact.stampCard(), fact.member());
            if (fact.event().equals(StampFact.ADDED)) {
                added.merge(holder, fact.stamps(), Long::sum);
            } else if (fact.event().equals(StampFact.COMPLETED)) {
                rounds.merge(holder, 1L, Long::sum);
                StampTerms term = terms.stampCards().get(fact.stampCard());
                owed.merge(fact.requestId(), term == null ? 0 : term.points(), Long::sum);
            }
        }
        for (StampProgress progress : evidence.uses().stamps()) {
            findings.looked(Promise.LIMITS, 1);
            Holder holder = new Holder(progress.stampCard(), progress.member());
            long granted = added.getOrDefault(holder, 0L);
            added.remove(holder);
            checkProgress(progress, granted, rounds.getOrDefault(holder, 0L), terms, findings);
        }
        added.forEach(
                (holder, stamps) -> findings.add(Promise.LIMITS, holder + " got " + stamps + " stamps and has none"));
        checkStampPoints(evidence, owed, findings);
    }

    private static void checkProgress(
            StampProgress progress, long granted, long rounds, Terms terms, Findings findings) {
        StampTerms term = terms.stampCards().get(progress.stampCard());
        long required = term == null ? 0 : term.required();
        if (progress.granted() != granted
                || progress.completed() != rounds
                || progress.granted() != progress.completed() * required + progress.current() + progress.expired()
                || progress.current() >= required) {
            findings.add(
                    Promise.LIMITS,
                    progress + " does not fit " + granted + " stamps and " + rounds + " rounds of " + required);
        }
    }

    private static void checkStampPoints(Evidence evidence, Map<String, Long> owed, Findings findings) {
        Map<String, Long> rest = new HashMap<>(owed);
        for (LedgerRow row : evidence.ledger()) {
            if (row.event().equals(LedgerRow.STAMP_REWARD)) {
                rest.merge(row.requestId(), -row.points(), Long::sum);
            }
        }
        rest.forEach((request, points) -> {
            if (points != 0) {
                findings.add(
                        Promise.LIMITS, "full cards of " + request + " are owed " + points + " points more than given");
            }
        });
    }
}
