package io.reprise.message.recall;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where the run of a recall takes place. */
public enum RecallTarget {
    /** In the session of the recall. */
    THIS,
    /** In a new session of the same user, each time that it is due. */
    NEW;

    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<RecallTarget> of(String wire) {
        return Arrays.stream(values()).filter(one -> one.wire().equals(wire)).findFirst();
    }
}
