package io.reprise.gateway.rest.catalog;

import io.reprise.message.Failure;
import io.reprise.support.Texts;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of an entry in a request. */
final class EntryBody {
    private static final Failure ILL_FORMED =
            Failure.badRequest("`settings` has a text with U+0000 or an unpaired surrogate.");

    private EntryBody() {}

    static Map<String, Object> settings(JsonObject body) {
        return body.getJsonObject("settings").getMap();
    }

    /** Why the settings cannot be stored, whatever they mean. */
    static Optional<Failure> fault(JsonObject body) {
        return isWellFormed(settings(body)) ? Optional.empty() : Optional.of(ILL_FORMED);
    }

    private static boolean isWellFormed(Object value) {
        return switch (value) {
            case String text -> Texts.isWellFormed(text);
            case Map<?, ?> section ->
                section.keySet().stream().allMatch(EntryBody::isWellFormed)
                        && section.values().stream().allMatch(EntryBody::isWellFormed);
            case List<?> list -> list.stream().allMatch(EntryBody::isWellFormed);
            case null, default -> true;
        };
    }
}
