package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Test;

class TopicReplayTest {

    // Breaks when looking at a topic that is not there makes one with the broker's defaults.
    @Test
    void makesNoTopic() {
        assertThat(TopicReplay.settings("unused")).containsEntry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    }
}
