package io.reprise.gateway.frame;

import io.reprise.message.Failure;
import io.reprise.support.Texts;
import io.reprise.support.ZoneNames;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Validates the fields of a JSON object from a client. Keeps the first error; null counts as absent. */
public final class Fields {
    /** Limit of identifiers of frames, sessions, runs and messages. */
    static final int ID_CHARS_MAX = 128;

    private static final int DEPTH_MAX = 16;
    private static final long SEQ_END = 1L << 53;
    private static final Pattern EPOCH = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final JsonObject json;
    private Failure fault;

    /** Whether a string from a URL is a valid identifier. */
    public static boolean isId(String text) {
        return !text.isEmpty() && text.length() <= ID_CHARS_MAX && Texts.isWellFormed(text);
    }

    public Fields(JsonObject json) {
        this.json = json;
    }

    /** The first error, or null. */
    public Failure fault() {
        return fault;
    }

    public void fault(Failure failure) {
        if (fault == null) fault = failure;
    }

    boolean has(String key) {
        return json.getValue(key) != null;
    }

    /** Whether the key is present, also with the value null. */
    boolean names(String key) {
        return json.containsKey(key);
    }

    /** A required identifier; null after an error. */
    public String id(String key) {
        String id = optionalId(key);
        if (id == null) wrong(key, "must be a string of 1 to " + ID_CHARS_MAX + " characters");
        return id;
    }

    public String optionalId(String key) {
        return optionalText(key, ID_CHARS_MAX);
    }

    /** A string of 1 to {@code charsMax} characters, or null if absent. */
    public String optionalText(String key, int charsMax) {
        String text = anyText(key);
        if (text == null || !text.isEmpty() && text.length() <= charsMax) return text;
        wrong(key, "must have 1 to " + charsMax + " characters");
        return null;
    }

    /** A string, or null: anything else is as good as nothing. */
    public String textIfAny(String key) {
        return json.getValue(key) instanceof String text ? text : null;
    }

    /** The name of a time zone, or null if absent. */
    public String optionalZone(String key) {
        String zone = optionalText(key, ZoneNames.CHARS_MAX);
        if (zone == null || ZoneNames.isKnown(zone)) return zone;
        wrong(key, "must be the IANA name of a time zone, such as Europe/Berlin");
        return null;
    }

    /** A string that may be empty, or null if absent. */
    String anyText(String key) {
        Object value = json.getValue(key);
        if (value == null) return null;
        if (value instanceof String text && Texts.isWellFormed(text)) return text;
        wrong(key, "must be a string without U+0000 and unpaired surrogates");
        return null;
    }

    public String optionalEpoch(String key) {
        String epoch = anyText(key);
        if (epoch == null || EPOCH.matcher(epoch).matches()) return epoch;
        wrong(key, "must be 1 to 64 of A-Z a-z 0-9 _ -");
        return null;
    }

    /** An integer from 0 to 2^53 - 1, or null if absent. */
    public Long optionalSeq(String key) {
        Object value = json.getValue(key);
        if (value == null) return null;
        if (value instanceof Integer || value instanceof Long) {
            long seq = ((Number) value).longValue();
            if (seq >= 0 && seq < SEQ_END) return seq;
        }
        wrong(key, "must be an integer from 0 to 2^53 - 1");
        return null;
    }

    /** One of the values by its name in frames, or {@code usual} if absent. */
    <T> T choice(String key, T usual, Map<String, T> byName) {
        String name = anyText(key);
        if (name == null) return usual;
        T value = byName.get(name);
        if (value == null) wrong(key, "must be one of " + new TreeMap<>(byName).keySet());
        return value;
    }

    /** True or false, or null if absent. */
    Boolean optionalBoolean(String key) {
        Object value = json.getValue(key);
        if (value == null || value instanceof Boolean) return (Boolean) value;
        wrong(key, "must be true or false");
        return null;
    }

    /** A list of objects, or an empty one if absent. */
    public List<JsonObject> optionalObjects(String key, int max) {
        Object value = json.getValue(key);
        if (value == null) return List.of();
        boolean fits = value instanceof JsonArray list
                && list.size() <= max
                && list.stream().allMatch(JsonObject.class::isInstance);
        if (fits)
            return ((JsonArray) value).stream().map(JsonObject.class::cast).toList();
        wrong(key, "must be a list of at most " + max + " objects");
        return List.of();
    }

    /** An object whose fields are read one by one, or null if absent. */
    JsonObject json(String key) {
        Object value = json.getValue(key);
        if (value == null || value instanceof JsonObject) return (JsonObject) value;
        wrong(key, "must be an object");
        return null;
    }

    /** Any object, with sorted keys so that their order does not change the command's hash; or null if absent. */
    Map<String, Object> optionalObject(String key, int bytesMax) {
        Object value = json.getValue(key);
        if (value == null) return null;
        if (value instanceof JsonObject object) {
            if (Texts.utf8Bytes(object.encode()) <= bytesMax) return plain(key, object, 1);
            wrong(key, "must not exceed " + bytesMax + " bytes");
        } else {
            wrong(key, "must be an object");
        }
        return null;
    }

    private Map<String, Object> plain(String key, JsonObject object, int depth) {
        Map<String, Object> plain = new TreeMap<>();
        for (String name : object.fieldNames()) {
            if (!Texts.isWellFormed(name)) wrong(key, "must not contain U+0000 or unpaired surrogates");
            plain.put(name, plain(key, object.getValue(name), depth));
        }
        return plain;
    }

    private Object plain(String key, Object value, int depth) {
        if (depth > DEPTH_MAX) {
            wrong(key, "must not be nested deeper than " + DEPTH_MAX);
            return null;
        }
        return switch (value) {
            case null -> null;
            case JsonObject object -> plain(key, object, depth + 1);
            case JsonArray array -> {
                List<Object> plain = new ArrayList<>(array.size());
                for (Object item : array) plain.add(plain(key, item, depth + 1));
                yield plain;
            }
            case String text -> {
                if (!Texts.isWellFormed(text)) wrong(key, "must not contain U+0000 or unpaired surrogates");
                yield text;
            }
            case Double number
            when !Double.isFinite(number) -> {
                wrong(key, "must not contain NaN or infinite numbers");
                yield null;
            }
            default -> value;
        };
    }

    public void wrong(String key, String expected) {
        fault(Failure.badRequest("`" + key + "` " + expected + "."));
    }
}
