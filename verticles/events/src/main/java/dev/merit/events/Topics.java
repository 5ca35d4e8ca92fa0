package dev.merit.events;

import dev.merit.contracts.event.LoyaltyEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topics that are missing, to be kept for ever: balances can be rebuilt from a topic only while it has its
 * start. Topics that are there keep their settings.
 */
final class Topics {
    private static final Logger LOGGER = LoggerFactory.getLogger(Topics.class);

    static final List<String> ALL = List.of(
            LoyaltyEvent.TransactionRecorded.TOPIC,
            LoyaltyEvent.MemberEnrolled.TOPIC,
            LoyaltyEvent.ClaimChanged.TOPIC,
            LoyaltyEvent.StampsChanged.TOPIC,
            LoyaltyEvent.VoucherUsed.TOPIC);

    /** Must not change in a running installation: a member's events would move to another partition. */
    static final int PARTITIONS = 12;

    /**
     * Nothing is deleted by age or size, and nothing is compacted: each event counts, not only a member's last one. And
     * nothing is refused because the broker's clock is behind the database's.
     */
    private static final Map<String, String> KEPT = Map.of(
            "cleanup.policy",
            "delete",
            "retention.ms",
            "-1",
            "retention.bytes",
            "-1",
            "message.timestamp.after.max.ms",
            Long.toString(Long.MAX_VALUE));

    private static final int REQUEST_MILLIS = 3_000;
    private static final int CALL_MILLIS = 5_000;

    private Topics() {}

    /** Answers the number of partitions of every topic. It blocks, within limits. */
    static Map<String, Integer> makeMissing(String bootstrapServers)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.CLIENT_ID_CONFIG,
                "merit-topics",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                REQUEST_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                CALL_MILLIS,
                AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG,
                false,
                AdminClientConfig.METRIC_REPORTER_CLASSES_CONFIG,
                "");
        try (Admin admin = Admin.create(settings)) {
            Set<String> present = admin.listTopics().names().get(2L * CALL_MILLIS, TimeUnit.MILLISECONDS);
            for (String topic : ALL) {
                if (!present.contains(topic)) {
                    make(admin, topic);
                }
            }
            Map<String, Integer> partitions = new HashMap<>();
            admin.describeTopics(ALL)
                    .allTopicNames()
                    .get(2L * CALL_MILLIS, TimeUnit.MILLISECONDS)
                    .forEach((topic, description) ->
                            partitions.put(topic, description.partitions().size()));
            warnOfForgetful(admin);
            return partitions;
        }
    }

    /** A topic that somebody else made keeps its settings, but its owner should know what that means. */
    private static void warnOfForgetful(Admin admin) throws ExecutionException, InterruptedException, TimeoutException {
        List<ConfigResource> topics = ALL.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        admin.describeConfigs(topics)
                .all()
                .get(2L * CALL_MILLIS, TimeUnit.MILLISECONDS)
                .forEach((topic, config) -> KEPT.forEach((name, wanted) -> {
                    ConfigEntry entry = config.get(name);
                    if (entry != null && !wanted.equals(entry.value())) {
                        LOGGER.atWarn()
                                .addKeyValue("topic", topic.name())
                                .addKeyValue(name, entry.value())
                                .log("topic_forgets_events");
                    }
                }));
    }

    private static void make(Admin admin, String topic)
            throws ExecutionException, InterruptedException, TimeoutException {
        // Without a number of replicas the broker's default holds: one on a laptop, three in production.
        NewTopic wanted = new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty()).configs(KEPT);
        try {
            var unused = admin.createTopics(List.of(wanted)).all().get(2L * CALL_MILLIS, TimeUnit.MILLISECONDS);
            LOGGER.atInfo()
                    .addKeyValue("topic", topic)
                    .addKeyValue("partitions", PARTITIONS)
                    .log("topic_created");
        } catch (ExecutionException e) {
            // Another node was quicker.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
