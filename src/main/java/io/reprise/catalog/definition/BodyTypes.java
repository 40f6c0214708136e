package io.reprise.catalog.definition;

import io.reprise.config.read.SettingKey;
import io.reprise.config.read.SettingsProblem;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds JSON values that do not fit the schema although a text in a file could stand for them: {@code "5"} is no number, and blanks
 * around a text count.
 */
final class BodyTypes {
    private BodyTypes() {}

    static List<SettingsProblem> problems(Map<String, Object> body, List<SettingKey> keys) {
        List<SettingsProblem> problems = new ArrayList<>();
        for (SettingKey key : keys) {
            value(body, key.path())
                    .filter(value -> !fits(key, value))
                    .ifPresent(value -> problems.add(new SettingsProblem(
                            key.path(),
                            key.concealed() ? "" : String.valueOf(value),
                            "must be " + words(key) + key.expected(),
                            "")));
        }
        return problems;
    }

    private static String words(SettingKey key) {
        return key.kind() == SettingKey.Kind.LIST ? "a list of texts, " : "";
    }

    static Optional<Object> value(Map<String, Object> body, String path) {
        Object found = body;
        for (String name : path.split("\\.")) {
            if (!(found instanceof Map<?, ?> section)) return Optional.empty();
            found = section.get(name);
        }
        return Optional.ofNullable(found);
    }

    private static boolean fits(SettingKey key, Object value) {
        return switch (key.kind()) {
            case INTEGER ->
                value instanceof Integer
                        || value instanceof Long
                        || value instanceof BigInteger
                        || value instanceof Double number && number == Math.rint(number);
            case NUMBER -> value instanceof Number;
            case BOOLEAN -> value instanceof Boolean;
            case TEXT ->
                value instanceof String text
                        && (key.form() == null || key.form().isShort(text));
            case CHOICE -> value instanceof String text && key.choices().contains(text);
            case OBJECT -> value instanceof Map<?, ?>;
            case LIST -> value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
        };
    }
}
