package dev.merit.chaos.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OperationHistoryTest {
    /** Breaks when a refusal is taken for the last word on an attempt that it does not know of, in whatever order they end. */
    @Test
    void isInDoubtWhileOneAttemptIsLostAndNoneAcknowledged() {
        assertThat(Scene.history(Scene.REFUSED, Scene.lost(0), Scene.refused(10))
                        .isInDoubt())
                .isTrue();
        assertThat(Scene.history(Scene.REFUSED, Scene.refused(0), Scene.lost(10))
                        .isInDoubt())
                .isTrue();
        assertThat(Scene.history(Scene.REFUSED, Scene.refused(0)).isInDoubt()).isFalse();
        assertThat(Scene.history(Scene.REDEEM, Scene.lost(0), Scene.told(10, Scene.REDEEM_ENTRY, -100))
                        .isInDoubt())
                .isFalse();
    }
}
