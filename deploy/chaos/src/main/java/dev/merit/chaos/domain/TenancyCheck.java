package dev.merit.chaos.domain;

import dev.merit.chaos.domain.Evidence.Movement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** E6: a row's partner owns whatever the row names. */
final class TenancyCheck {
    private final Terms terms;
    private final Findings findings;

    private TenancyCheck(Terms terms, Findings findings) {
        this.terms = terms;
        this.findings = findings;
    }

    static void check(Evidence evidence, Terms terms, Findings findings) {
        TenancyCheck check = new TenancyCheck(terms, findings);
        for (LedgerRow row : evidence.ledger()) {
            check.owned(row.account().partner(), row.account().card(), "entry " + row.id());
            check.owned(row.account().partner(), row.reward(), "entry " + row.id());
            check.owned(row.account().partner(), row.voucher(), "entry " + row.id());
        }
        for (var use : evidence.uses().vouchers()) {
            check.owned(use.partner(), use.voucher(), "voucher use " + use.id());
            check.owned(use.partner(), use.card(), "voucher use " + use.id());
        }
        for (var fact : evidence.uses().stampFacts()) {
            check.owned(fact.partner(), fact.stampCard(), "stamps " + fact.id());
            check.owned(fact.partner(), fact.card(), "stamps " + fact.id());
        }
        for (var progress : evidence.uses().stamps()) {
            check.owned(progress.partner(), progress.stampCard(), "progress of " + progress.member());
        }
        for (var record : evidence.stream()) {
            if (record.told() instanceof Movement movement) {
                AccountKey account = movement.account();
                check.owned(account.partner(), account.card(), "event " + record.eventId());
            }
        }
    }

    private void owned(UUID partner, @Nullable UUID thing, String row) {
        if (thing == null) {
            return;
        }
        findings.looked(Promise.TENANCY, 1);
        UUID owner = terms.owners().get(thing);
        if (!partner.equals(owner)) {
            findings.add(Promise.TENANCY, row + " of partner " + partner + " names " + thing + " of partner " + owner);
        }
    }
}
