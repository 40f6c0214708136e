package io.reprise.tool;

import io.reprise.message.Json;
import io.reprise.support.ObjectText;

/**
 * A tool call.
 *
 * @param user the user on whose behalf the call is made
 * @param arguments a JSON object as text, see {@link ObjectText}
 * @param zone IANA name of the user's time zone, or null
 * @param commands sends commands to the session
 */
public record ToolCall(
        String id, String session, String user, String arguments, String zone, SessionCommands commands) {
    public ToolCall {
        if (!(ObjectText.of(arguments) instanceof ObjectText.Whole)) {
            throw new IllegalArgumentException("the arguments are not a JSON object");
        }
    }

    /** A call that belongs to no session. */
    public ToolCall(String id, String session, String user, String arguments) {
        this(id, session, user, arguments, null, SessionCommands.NONE);
    }

    /** @throws ToolFailure if the arguments do not fit {@code type} */
    public <T> T argumentsAs(Class<T> type) {
        try {
            return Json.parse(arguments, type);
        } catch (IllegalArgumentException e) {
            throw new ToolFailure("The arguments do not match the tool's schema.", e);
        }
    }
}
