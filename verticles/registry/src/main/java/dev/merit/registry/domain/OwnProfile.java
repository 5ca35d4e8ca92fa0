package dev.merit.registry.domain;

import org.jspecify.annotations.Nullable;

/** What a member may change of itself. */
public record OwnProfile(@Nullable String name, @Nullable String locale) {

    /** The whole profile with this in it. */
    public MemberProfile over(MemberProfile profile) {
        return new MemberProfile(name, locale, profile.currency(), profile.timeZone(), profile.isActive());
    }
}
