package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.support.Texts;
import java.util.List;

/**
 * A message that waits for the active run to end.
 *
 * @param text that its content begins with; may be empty when there are parts
 * @param parts of its content behind the text, or null
 * @param onBusy what its sender asked for
 * @param by the user who sent it
 * @param at when it was accepted, RFC 3339
 * @param command id of its command
 * @param run the run that it stopped, for {@code interrupt} and {@code rollback}; else null
 * @param zone IANA name of its sender's time zone, or null
 * @param chosen for its run, or null
 * @param tools that its client executes itself, for its run; null for none
 * @param cause the request that contained it; only in memory, and unknown after a restart
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record QueuedMessage(
        String message,
        String text,
        List<Part> parts,
        String onBusy,
        String by,
        String at,
        String command,
        String run,
        String zone,
        Chosen chosen,
        List<ClientTool> tools,
        @JsonIgnore Cause cause) {
    public QueuedMessage {
        if (text == null) text = "";
        if (tools != null) tools = tools.isEmpty() ? null : List.copyOf(tools);
        if (parts != null) parts = List.copyOf(parts);
        cause = Cause.orUnknown(cause);
    }

    /** One whose client executes no tools. */
    public QueuedMessage(
            String message,
            String text,
            List<Part> parts,
            String onBusy,
            String by,
            String at,
            String command,
            String run,
            String zone,
            Chosen chosen,
            Cause cause) {
        this(message, text, parts, onBusy, by, at, command, run, zone, chosen, null, cause);
    }

    /** One whose sender chose nothing for its run. */
    public QueuedMessage(
            String message,
            String text,
            List<Part> parts,
            String onBusy,
            String by,
            String at,
            String command,
            String run,
            String zone) {
        this(message, text, parts, onBusy, by, at, command, run, zone, null, null);
    }

    /** One that stops no run. */
    public QueuedMessage(String message, String text, String onBusy, String by, String at, String command) {
        this(message, text, null, onBusy, by, at, command, null, null, null, null);
    }

    public QueuedMessage in(String itsZone) {
        return new QueuedMessage(message, text, parts, onBusy, by, at, command, run, itsZone, chosen, tools, cause);
    }

    /** What starts a run with it. Of a message from before a restart only its command is known. */
    public Cause startsBy() {
        return cause.known() ? cause : new Cause(command, null, null);
    }

    public QueuedMessage because(Cause its) {
        return new QueuedMessage(message, text, parts, onBusy, by, at, command, run, zone, chosen, tools, its);
    }

    public Content content() {
        return Content.of(text, parts);
    }

    public QueuedMessage with(Content content) {
        return new QueuedMessage(
                message, content.lead(), content.rest(), onBusy, by, at, command, run, zone, chosen, tools, cause);
    }

    /** The same for a run that may call these tools of the client; null for none. */
    public QueuedMessage offering(List<ClientTool> its) {
        return new QueuedMessage(message, text, parts, onBusy, by, at, command, run, zone, chosen, its, cause);
    }

    /** What clients see of it: not the declarations of tools. */
    public QueuedMessage shown() {
        return offering(null);
    }

    /** What it takes in the queue, in bytes. */
    public int bytes() {
        return content().bytes() + (tools == null ? 0 : Texts.utf8Bytes(Json.text(tools)));
    }
}
