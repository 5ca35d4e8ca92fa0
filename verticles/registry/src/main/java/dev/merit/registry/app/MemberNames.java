package dev.merit.registry.app;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.UniqueIdentifier;
import dev.merit.platform.Uuids;
import dev.merit.registry.domain.MemberIdentifier;
import dev.merit.registry.store.FreshMember;
import java.security.SecureRandom;

/** Draws what new members are called. Not to be guessed: a till may use any member's exact identifier. */
public final class MemberNames {
    private static final SecureRandom RANDOM = new SecureRandom();

    private MemberNames() {}

    /** Names that are free in all likelihood. */
    public static FreshMember draw() {
        var number = new StringBuilder(MemberIdentifier.MEMBER_NUMBER_LENGTH);
        for (int i = 0; i < MemberIdentifier.MEMBER_NUMBER_LENGTH; i++) {
            number.append(MemberIdentifier.MEMBER_NUMBER_ALPHABET.charAt(
                    RANDOM.nextInt(MemberIdentifier.MEMBER_NUMBER_ALPHABET.length())));
        }
        return new FreshMember(
                new MemberId(Uuids.next()),
                UniqueIdentifier.of(RANDOM.nextLong(UniqueIdentifier.COUNT)),
                number.toString());
    }
}
