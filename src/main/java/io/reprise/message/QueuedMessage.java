package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A message that waits for the active run to end.
 *
 * @param onBusy mode that its sender requested
 * @param by the user who sent it
 * @param at when it was accepted, RFC 3339
 * @param command id of its command
 * @param run the run that it stopped, for {@code interrupt} and {@code rollback}; else null
 * @param zone IANA name of its sender's time zone, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record QueuedMessage(
        String message, String text, String onBusy, String by, String at, String command, String run, String zone) {
    /** A message that stops no run. */
    public QueuedMessage(String message, String text, String onBusy, String by, String at, String command) {
        this(message, text, onBusy, by, at, command, null, null);
    }

    public QueuedMessage in(String itsZone) {
        return new QueuedMessage(message, text, onBusy, by, at, command, run, itsZone);
    }

    public QueuedMessage withText(String newText) {
        return new QueuedMessage(message, newText, onBusy, by, at, command, run, zone);
    }
}
