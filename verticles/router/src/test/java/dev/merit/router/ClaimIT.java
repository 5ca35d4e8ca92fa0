package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Role;
import dev.merit.contracts.points.PointsRequest.ClaimReward;
import dev.merit.contracts.points.PointsRequest.ConfirmClaim;
import dev.merit.contracts.points.PointsRequest.ConfirmFields;
import dev.merit.contracts.points.PointsRequest.ListClaims;
import dev.merit.contracts.points.PointsRequest.ListMemberClaims;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Claims from URL to bus: whose they are, and bodies that may be left out. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClaimIT {
    private static final String ID = "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e60";
    private RouterFixture fixture;
    private TestKey till;
    private TestKey member;

    @BeforeAll
    void start() {
        fixture = new RouterFixture();
        till = fixture.known(TestKey.partner("use:rewards"));
        var own = new TestKey(Role.MEMBER);
        own.scopes = List.of("write:redeem");
        member = fixture.known(own);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    /** Breaks when a member can ask in somebody else's name. */
    @Test
    void claimsForTheMemberBehindTheKey() {
        fixture.post(member, "/member/rewards/" + ID + "/claim", "{\"card_id\":\"" + ID + "\"}")
                .answer()
                .is(200);

        ClaimReward asked = fixture.domains.last(ClaimReward.class);
        assertThat(asked.member().value()).isEqualTo(member.owner);
        assertThat(asked.reward().value()).hasToString(ID);
        assertThat(asked.card()).hasToString(ID);
        fixture.send("GET", "/member/claims?page=2&per_page=7")
                .key(member.text)
                .answer()
                .is(200);
        ListMemberClaims listed = fixture.domains.last(ListMemberClaims.class);
        assertThat(listed.member().value()).isEqualTo(member.owner);
        assertThat(listed.paging().page()).isEqualTo(2);
    }

    /** Breaks when a request without a body is asked to say what its body is. */
    @Test
    void takesARequestWithoutABody() {
        fixture.send("POST", "/member/rewards/" + ID + "/claim")
                .key(member.text)
                .answer()
                .is(200);
        assertThat(fixture.domains.last(ClaimReward.class).card()).isNull();

        fixture.post(till, "/partner/claims/" + ID + "/confirm", "").answer().is(200);
        fixture.send("POST", "/partner/claims/" + ID + "/confirm")
                .key(till.text)
                .answer()
                .is(200);
        ConfirmClaim asked = fixture.domains.last(ConfirmClaim.class);
        assertThat(asked.partner().value()).isEqualTo(till.owner);
        assertThat(asked.fields()).isEqualTo(new ConfirmFields(null, null));
        fixture.send("POST", "/partner/claims/" + ID + "/reject")
                .key(till.text)
                .answer()
                .is(200);
    }

    /** Breaks when a body that may be left out is no longer checked when it comes. */
    @Test
    void checksABodyThatComes() {
        String path = "/partner/claims/" + ID + "/confirm";

        fixture.post(till, path, "{\"staff\":\"me\"}").answer().is(422);
        fixture.post(till, path, "{").answer().is(400);
        fixture.post(till, path, "[]").answer().is(400);
        fixture.send("POST", path)
                .key(till.text)
                .header("Content-Type", "text/plain")
                .body(Buffer.buffer("hello"))
                .answer()
                .is(415);
        fixture.send("POST", path)
                .key(till.text)
                .body(Buffer.buffer("{}"))
                .answer()
                .is(415);
    }

    @Test
    void filtersByStatus() {
        fixture.send("GET", "/partner/claims?status=expired")
                .key(till.text)
                .answer()
                .is(200);
        assertThat(fixture.domains.last(ListClaims.class).status()).isEqualTo("expired");
        fixture.send("GET", "/partner/claims?status=lost")
                .key(till.text)
                .answer()
                .is(422);
    }
}
