package io.reprise.message.content;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.support.Texts;
import java.util.Objects;

/** One part of the content of a message. Its JSON is an object with a {@code type}. */
public sealed interface Part {
    /** The type in its JSON. */
    String type();

    /** The size in bytes of UTF-8, for limits. */
    int bytes();

    /** A text for readers that cannot show the part itself: the text, or a placeholder that names the type. */
    String shown();

    /** The same without characters that the log cannot store. */
    Part wellFormed();

    /** Reads any JSON value, so that a part of a newer version never makes a message unreadable. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Part of(JsonNode json) {
        String type = json.path("type").asText("");
        if (File.isOne(type, json)) return File.of(type, json);
        if (Context.isOne(type, json)) return Context.of(json);
        return type.equals(Text.TYPE) && json.path("text").isTextual()
                ? new Text(json.get("text").textValue())
                : new Unknown(type, json.toString());
    }

    @JsonPropertyOrder({"type", "text"})
    record Text(String text) implements Part {
        static final String TYPE = "text";

        public Text {
            Objects.requireNonNull(text, "text");
        }

        @Override
        @JsonProperty
        public String type() {
            return TYPE;
        }

        @Override
        public int bytes() {
            return Texts.utf8Bytes(text);
        }

        @Override
        public String shown() {
            return text;
        }

        @Override
        public Part wellFormed() {
            return new Text(Texts.wellFormed(text));
        }
    }

    /**
     * A file that was uploaded to the session. In a command it has only its type and its id.
     *
     * @param type {@link #IMAGE} or {@link #FILE}
     * @param size in bytes
     * @param width in pixels; null unless it is an image
     */
    @JsonPropertyOrder({"type", "attachment", "name", "mediaType", "size", "width", "height"})
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record File(
            @JsonProperty String type,
            String attachment,
            String name,
            String mediaType,
            Long size,
            Integer width,
            Integer height)
            implements Part {
        public static final String IMAGE = "image";
        public static final String FILE = "file";

        public File(String type, String attachment) {
            this(type, attachment, null, null, null, null, null);
        }

        static boolean isOne(String type, JsonNode json) {
            return (type.equals(IMAGE) || type.equals(FILE))
                    && json.path("attachment").isTextual()
                    && (!json.has("size") || json.get("size").isIntegralNumber());
        }

        static File of(String type, JsonNode json) {
            return new File(
                    type,
                    json.get("attachment").textValue(),
                    json.path("name").textValue(),
                    json.path("mediaType").textValue(),
                    json.path("size").isIntegralNumber() ? json.get("size").longValue() : null,
                    json.path("width").isInt() ? json.get("width").intValue() : null,
                    json.path("height").isInt() ? json.get("height").intValue() : null);
        }

        /** Whether models get its content as text: a text file, or one whose type is not known. */
        @JsonIgnore
        public boolean isText() {
            return mediaType == null || mediaType.startsWith("text/");
        }

        /** The same with another name. */
        public File named(String other) {
            return new File(type, attachment, other, mediaType, size, width, height);
        }

        /** The size of the part itself, not of the file. */
        @Override
        public int bytes() {
            return Texts.utf8Bytes(shown()) + attachment.length();
        }

        @Override
        public String shown() {
            return "[" + type + ": " + (name == null ? attachment : name) + "]";
        }

        @Override
        public Part wellFormed() {
            return this;
        }
    }

    /**
     * What the program of a person tells beside the person's own text, such as what is on the screen. Models read its text;
     * searches and titles do not.
     *
     * @param description what it is, for people
     * @param text for models
     */
    @JsonPropertyOrder({"type", "description", "text"})
    record Context(String description, String text) implements Part {
        public static final String TYPE = "context";

        public Context {
            Objects.requireNonNull(description, "description");
            Objects.requireNonNull(text, "text");
        }

        static boolean isOne(String type, JsonNode json) {
            return type.equals(TYPE)
                    && json.path("description").isTextual()
                    && json.path("text").isTextual();
        }

        static Context of(JsonNode json) {
            return new Context(
                    json.get("description").textValue(), json.get("text").textValue());
        }

        @Override
        @JsonProperty
        public String type() {
            return TYPE;
        }

        @Override
        public int bytes() {
            return Texts.utf8Bytes(description) + Texts.utf8Bytes(text);
        }

        @Override
        public String shown() {
            return text;
        }

        @Override
        public Part wellFormed() {
            return new Context(Texts.wellFormed(description), Texts.wellFormed(text));
        }
    }

    /**
     * A part that this version cannot interpret. It is stored and sent unchanged.
     *
     * @param type as given; empty if there is none
     * @param json the whole part
     */
    record Unknown(String type, @JsonValue @JsonRawValue String json) implements Part {
        private static final int TYPE_CHARS_MAX = 64;

        @Override
        public int bytes() {
            return Texts.utf8Bytes(json);
        }

        /** The type is foreign text: it is shortened and reduced to one word. */
        @Override
        public String shown() {
            String word = type.replaceAll("[^A-Za-z0-9_./+-]", "");
            if (word.isEmpty()) return "[unsupported content]";
            return "[unsupported content: " + word.substring(0, Math.min(word.length(), TYPE_CHARS_MAX)) + "]";
        }

        @Override
        public Part wellFormed() {
            return new Unknown(Texts.wellFormed(type), Texts.wellFormed(json));
        }
    }
}
