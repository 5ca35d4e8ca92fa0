package dev.merit.registry.domain;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.UniqueIdentifier;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** What a member can be called by. Which kind a text is shows from the text alone, so that one look-up is enough. */
public sealed interface MemberIdentifier {
    record ById(MemberId id) implements MemberIdentifier {}

    /** In lower case, as stored. */
    record ByEmail(String email) implements MemberIdentifier {}

    /** As 3-3-3-3, as stored. */
    record ByUniqueIdentifier(String uniqueIdentifier) implements MemberIdentifier {}

    /** In upper case, as stored. */
    record ByMemberNumber(String memberNumber) implements MemberIdentifier {}

    /** Nobody can be called so; no look-up is needed. */
    record Nobody() implements MemberIdentifier {}

    /** Without the characters that people take for one another: 0 and O, 1 and I and L. */
    String MEMBER_NUMBER_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

    int MEMBER_NUMBER_LENGTH = 6;

    /** Tells what kind of identifier a caller gave. */
    static MemberIdentifier of(String given) {
        String text = given.strip();
        if (text.indexOf('@') >= 0) {
            return new ByEmail(text.toLowerCase(Locale.ROOT));
        }
        if (Shapes.UUID_TEXT.matcher(text).matches()) {
            return new ById(new MemberId(UUID.fromString(text)));
        }
        return UniqueIdentifier.parse(text)
                .<MemberIdentifier>map(ByUniqueIdentifier::new)
                .orElseGet(() -> memberNumber(text));
    }

    private static MemberIdentifier memberNumber(String text) {
        return Shapes.MEMBER_NUMBER.matcher(text).matches()
                ? new ByMemberNumber(text.toUpperCase(Locale.ROOT))
                : new Nobody();
    }

    /** The shapes of texts, compiled once. */
    final class Shapes {
        private static final Pattern UUID_TEXT =
                Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
        private static final Pattern MEMBER_NUMBER = Pattern.compile("[A-Za-z0-9]{4,8}");

        private Shapes() {}
    }
}
