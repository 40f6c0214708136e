package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** The outcome of a command. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
public sealed interface CommandOutcome {
    /** {@code duplicate}: this was a repeat; the effect happened before. */
    record Accepted(CommandResult result, boolean duplicate) implements CommandOutcome {}

    record Refused(Failure failure) implements CommandOutcome {}
}
