package io.reprise.tool;

import io.reprise.message.Json;
import io.reprise.support.ObjectText;

/**
 * One call of a tool.
 *
 * @param user on whose behalf
 * @param arguments the text of a JSON object, as {@link ObjectText} has it
 * @param zone IANA name of the user's time zone, or null
 * @param commands the way to the session
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

    /** @throws ToolFailure when the arguments are not those of {@code type} */
    public <T> T argumentsAs(Class<T> type) {
        try {
            return Json.parse(arguments, type);
        } catch (IllegalArgumentException e) {
            throw new ToolFailure("The arguments do not match the tool's schema.", e);
        }
    }
}
