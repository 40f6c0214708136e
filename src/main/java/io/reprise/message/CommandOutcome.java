package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** The outcome of a command. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
public sealed interface CommandOutcome {
    /** @param duplicate whether this was a repeat, whose effect had already happened */
    record Accepted(CommandResult result, boolean duplicate) implements CommandOutcome {}

    record Refused(Failure failure) implements CommandOutcome {}
}
