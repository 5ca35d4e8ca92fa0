package dev.merit.router.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.contracts.Limits;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.platform.Json;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request that passed every check, ready to be turned into a bus request.
 *
 * @param identity whose key it is
 * @param rate what the key has left; null when it is not limited
 * @param parameters the path's parameters; ids are well-formed
 * @param query checked query parameters, with defaults
 * @param body the checked body, with defaults; empty when the operation has none
 * @param origin what commands carry along
 * @param items of a batch, each checked by itself; empty for every other operation
 */
public record Call(
        Identity identity,
        Windows.@Nullable Count rate,
        Map<String, String> parameters,
        ObjectNode query,
        ObjectNode body,
        Origin origin,
        List<Item> items) {

    /**
     * One item of a batch.
     *
     * @param body the checked item, with its key
     * @param repeat its own idempotency key
     * @param refusal what is wrong with it; null when nothing is
     */
    public record Item(
            ObjectNode body, Repeat repeat, @Nullable Problem refusal) {}

    /** The partner behind the key; only on partner paths. */
    public PartnerId partner() {
        return new PartnerId(identity.owner());
    }

    /** The member behind the key; only on member paths. */
    public MemberId member() {
        return new MemberId(identity.owner());
    }

    /** How many of each the partner may have; only on partner paths. */
    public Limits limits() {
        Limits limits = identity.limits();
        if (limits == null) {
            throw new IllegalStateException("a partner without limits: " + identity.owner());
        }
        return limits;
    }

    /** An id in the path. */
    public <T> T id(String name, Function<UUID, T> type) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("the path has no " + name);
        }
        return type.apply(UUID.fromString(value));
    }

    /** A query parameter, or null. */
    public @Nullable String text(String name) {
        JsonNode value = query.get(name);
        return value == null ? null : value.asText();
    }

    /** A yes-or-no query parameter, or null. */
    public @Nullable Boolean flag(String name) {
        JsonNode value = query.get(name);
        return value == null ? null : value.asBoolean();
    }

    /** A query parameter of another type, or null. */
    public <T> @Nullable T filter(String name, Function<String, T> type) {
        JsonNode value = query.get(name);
        return value == null ? null : type.apply(value.asText());
    }

    /** Which part of a list is asked for. */
    public Paging paging() {
        return new Paging(
                query.path("page").asInt(1), query.path("per_page").asInt(Paging.PER_PAGE_DEFAULT), text("cursor"));
    }

    /** The body as a record. What the schema let through and the record refuses is a bad field all the same. */
    public <T extends Record> T body(Class<T> type) {
        return read(body, type);
    }

    /** A part of the body as a record. */
    public static <T extends Record> T read(ObjectNode part, Class<T> type) {
        try {
            return Json.MAPPER.treeToValue(part, type);
        } catch (JsonMappingException e) {
            String field =
                    e.getPath().isEmpty() ? "body" : e.getPath().getLast().getFieldName();
            throw Problem.invalid(field == null ? "body" : field, "is not valid")
                    .asException();
        } catch (JsonProcessingException e) {
            throw Problem.invalid("body", "is not valid").asException();
        }
    }

    /** The body of a PUT. */
    public Patch patch() {
        return new Patch(Json.write(body));
    }
}
