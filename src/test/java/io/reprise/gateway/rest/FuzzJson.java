package io.reprise.gateway.rest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** JSON that nearly fits: objects of which a part is something else. */
final class FuzzJson {
    private static final String[] TEXTS = {
        "",
        " ",
        "x",
        "null",
        "s_1",
        "../..",
        "%00",
        "\u0000",
        "\ud800",
        "\u202e\u200d👍🏽",
        "'; DROP TABLE session; --",
        "<b>",
        "{}",
        "e_1",
        "-1",
        "1e999",
        "2026-01-01T00:00:00Z",
        "ada",
        "9".repeat(400),
        "long ".repeat(2_000)
    };
    private static final Object[] NUMBERS = {
        0, -1, 1, 0.5, -0.0, Integer.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE, 1e300, 9_007_199_254_740_993L
    };
    private static final int NESTED_MAX = 40;

    private final Random random;

    FuzzJson(Random random) {
        this.random = random;
    }

    /** The object, mostly with one part changed, at any depth, as a text that mostly is JSON. */
    String spoilt(JsonObject good) {
        JsonObject json = good.copy();
        int way = random.nextInt(100);
        if (way < 8) return json.encode();
        JsonObject part = part(json);
        if (way < 70) part.put(aName(part), anything());
        else if (way < 80) part.remove(aName(part));
        else if (way < 88) part.put(aText(), anything());
        else return cut(json.encode());
        return json.encode();
    }

    /** The object itself, or one inside of it. */
    private JsonObject part(JsonObject json) {
        Object inner = json.getValue(aName(json));
        if (inner instanceof JsonArray list && !list.isEmpty()) inner = list.getValue(random.nextInt(list.size()));
        return inner instanceof JsonObject object && random.nextInt(3) > 0 ? part(object) : json;
    }

    private String aName(JsonObject json) {
        List<String> names = new ArrayList<>(json.fieldNames());
        return names.isEmpty() ? "x" : names.get(random.nextInt(names.size()));
    }

    private String cut(String text) {
        if (text.length() < 2) return text;
        int at = random.nextInt(text.length());
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + "\",:{}[]\\\u0001x".charAt(random.nextInt(10)) + text.substring(at);
            case 2 -> text + text;
            default -> text.substring(at);
        };
    }

    String aText() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    Object anything() {
        return switch (random.nextInt(7)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 3 -> nested();
            case 4 -> new JsonObject().put(aText(), aText());
            default -> aText();
        };
    }

    private Object nested() {
        Object inner = aText();
        int depth = random.nextInt(NESTED_MAX);
        for (int i = 0; i < depth; i++) {
            inner = random.nextBoolean() ? new JsonArray().add(inner) : new JsonObject().put("a", inner);
        }
        return inner;
    }
}
