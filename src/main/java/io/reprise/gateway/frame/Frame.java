package io.reprise.gateway.frame;

import com.fasterxml.jackson.annotation.JsonValue;
import io.reprise.message.Cursor;
import java.util.Locale;

/**
 * A frame for a reader of a session.
 *
 * @param text the whole frame, JSON on one line
 * @param cursor where a reader resumes after applying the frame; null if the frame completes nothing
 */
public record Frame(Type type, String text, Cursor cursor) {
    /** The types of section 2.2 of the protocol. */
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
