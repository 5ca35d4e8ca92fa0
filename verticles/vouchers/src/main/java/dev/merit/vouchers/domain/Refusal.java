package dev.merit.vouchers.domain;

import dev.merit.contracts.Problem;
import dev.merit.contracts.vouchers.VouchersRequest.Reason;
import java.util.Map;

/** Why a voucher cannot be redeemed: for programs and for people. */
public record Refusal(Reason reason, String message) {

    public Problem asProblem() {
        return new Problem(Problem.Code.VOUCHER_INVALID, message, Map.of("reason", reason.name()));
    }
}
