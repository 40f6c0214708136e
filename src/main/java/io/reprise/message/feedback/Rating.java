package io.reprise.message.feedback;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Whether an answer was good. */
public enum Rating {
    UP,
    DOWN,
    /** What was said before is taken back. */
    NONE;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The rating of this name in frames and in the store. */
    public static Rating of(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
