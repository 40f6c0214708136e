package io.reprise.support;

import java.util.Optional;

/**
 * A text that should be a JSON object: the arguments of a tool call. All parts of the server use this definition, so
 * that they and every model provider agree on what is an object: exactly one object of I-JSON (RFC 7493), see {@link
 * JsonCheck}. A blank text is the empty object.
 */
public sealed interface ObjectText {
    /** @param json the object as it was written, without surrounding blanks */
    record Whole(String json) implements ObjectText {
        @Override
        public String asObject() {
            return json;
        }
    }

    /** @param why the error, for the author of the text, such as {@code it ends too early} */
    record Faulty(String text, String why) implements ObjectText {
        @Override
        public String asObject() {
            return "{\"invalid\":\"" + escaped(Texts.wellFormed(text)) + "\"}";
        }

        private static String escaped(String text) {
            StringBuilder out = new StringBuilder(text.length() + 16);
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\') out.append('\\').append(c);
                else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
                else out.append(c);
            }
            return out.toString();
        }
    }

    static ObjectText of(String text) {
        String json = text.strip();
        if (json.isEmpty()) return new Whole("{}");
        Optional<String> fault = JsonCheck.faultOf(json);
        return fault.<ObjectText>map(why -> new Faulty(text, why)).orElseGet(() -> new Whole(json));
    }

    /** Always one JSON object: this one, or an object whose member {@code invalid} contains the invalid text. */
    String asObject();
}
