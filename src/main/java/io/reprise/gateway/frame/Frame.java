package io.reprise.gateway.frame;

import com.fasterxml.jackson.annotation.JsonValue;
import io.reprise.message.Cursor;
import java.util.Locale;

/**
 * A frame for a reader of a session.
 *
 * @param text of the whole frame, JSON on one line
 * @param cursor where a reader that has applied it resumes; null where it has nothing complete
 */
public record Frame(Type type, String text, Cursor cursor) {
    /** By the names of PROTOCOL section 2.2. */
    public enum Type {
        ATTACHED,
        SNAPSHOT,
        EVENT,
        LIVE,
        NOTICE,
        ERROR,
        GOAWAY;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Frame of(Type type, String text) {
        return new Frame(type, text, null);
    }
}
