package dev.merit.contracts;

import com.fasterxml.jackson.annotation.JsonValue;

/** Whose key it is. The role decides the path it may use and the prefix of its text. */
public enum Role {
    PARTNER("partner", "rl_agent_"),
    MEMBER("member", "rl_member_"),
    ADMIN("admin", "rl_admin_");

    private final String word;
    private final String prefix;

    Role(String word, String prefix) {
        this.word = word;
        this.prefix = prefix;
    }

    /** The role's name in JSON and in paths. */
    @JsonValue
    public String word() {
        return word;
    }

    /** What every key text of this role starts with. */
    public String prefix() {
        return prefix;
    }
}
