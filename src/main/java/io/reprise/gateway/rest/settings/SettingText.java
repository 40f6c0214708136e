package io.reprise.gateway.rest.settings;

import io.reprise.config.SettingState;
import io.reprise.config.read.SettingKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.stream.Collectors;

/** A value of a setting in JSON, as the text that an environment variable would have. */
sealed interface SettingText {
    record Text(String text) implements SettingText {}

    /** Back to the value of the file. */
    record None() implements SettingText {}

    /** The value has another type than the key. */
    record Unfit(String fault) implements SettingText {}

    /** @param state of the key; empty if there is no such key, which is for others to tell */
    static SettingText of(Optional<SettingState> state, Object value) {
        if (value == null) return new None();
        if (state.isEmpty()) return new Text(String.valueOf(value));
        SettingKey key = state.get().key();
        boolean fits = switch (key.kind()) {
            case INTEGER, NUMBER -> value instanceof Number;
            case BOOLEAN -> value instanceof Boolean;
            case TEXT, CHOICE -> value instanceof String;
            case LIST -> value instanceof JsonArray;
            case OBJECT -> value instanceof JsonObject;
        };
        if (!fits) return new Unfit("must be " + key.expected());
        return switch (value) {
            case JsonArray items -> list(items);
            case JsonObject object -> new Text(object.encode());
            default -> new Text(String.valueOf(value));
        };
    }

    private static SettingText list(JsonArray items) {
        return items.stream().allMatch(item -> item instanceof String text && text.indexOf(',') < 0)
                ? new Text(items.stream().map(String::valueOf).collect(Collectors.joining(",")))
                : new Unfit("must be a list of texts without a comma");
    }
}
