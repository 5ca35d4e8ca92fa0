package dev.merit.testing.planted.store;

import dev.merit.testing.planted.app.QueryHelper;
import org.jspecify.annotations.Nullable;

/** Breaks: a store knows rows, not requests. Its statements are wrong one way each. */
public final class WrongStore {
    private static final String TYPO = "SELECT id FROM platform.idempotensy";
    private static final String FOREIGN = "SELECT d.id FROM other.door d";
    private static final String CALL = "SELECT other.bell() AS rings";
    private static final String STAR = "SELECT * FROM platform.lease";
    private static final String FORBIDDEN = "DELETE FROM platform.lease";
    private static final String RIGHT = "SELECT name FROM platform.lease WHERE name = 'other.door'";

    private @Nullable QueryHelper caller;

    public void callBy(QueryHelper use) {
        caller = use;
    }

    @Override
    public String toString() {
        return TYPO + FOREIGN + CALL + STAR + FORBIDDEN + RIGHT + (caller == null);
    }
}
