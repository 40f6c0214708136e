package io.reprise.tool;

import io.reprise.message.Json;
import io.reprise.support.ObjectText;
import io.reprise.telemetry.trace.Span;

/**
 * A tool call.
 *
 * @param user the user on whose behalf the call is made
 * @param arguments a JSON object as text, see {@link ObjectText}
 * @param zone IANA name of the user's time zone, or null
 * @param commands sends commands to the session
 * @param background lets the call go on after its tool has answered
 * @param continued what the call goes on from, after a person was asked; null for a new call
 * @param span of this call, for what its tool calls
 * @param output what people see of it beside its result
 */
public record ToolCall(
        String id,
        String session,
        String user,
        String arguments,
        String zone,
        SessionCommands commands,
        Background background,
        Continued continued,
        Span span,
        CallOutput output) {
    public ToolCall {
        if (!(ObjectText.of(arguments) instanceof ObjectText.Whole)) {
            throw new IllegalArgumentException("the arguments are not a JSON object");
        }
    }

    /** A new call. */
    public ToolCall(
            String id,
            String session,
            String user,
            String arguments,
            String zone,
            SessionCommands commands,
            Background background) {
        this(id, session, user, arguments, zone, commands, background, null, Span.NONE, CallOutput.NONE);
    }

    /** A new call that cannot go on in the background. */
    public ToolCall(String id, String session, String user, String arguments, String zone, SessionCommands commands) {
        this(id, session, user, arguments, zone, commands, Background.NONE);
    }

    /**
     * What a call goes on from.
     *
     * @param state as the tool left it in its {@link AskingException}
     * @param answer of the person
     * @param content what was filled in, JSON text; null if nothing was
     * @param held the call that was held meanwhile; null if none was
     */
    public record Continued(String state, Answer answer, String content, AskingException.Held held) {}

    /** What a person did with an inquiry. */
    public enum Answer {
        ACCEPT,
        DECLINE,
        /** Also if there was no answer in time. */
        CANCEL
    }

    /** This call, going on. */
    public ToolCall from(Continued its) {
        return new ToolCall(id, session, user, arguments, zone, commands, background, its, span, output);
    }

    /** This call with its span. */
    public ToolCall within(Span its) {
        return new ToolCall(id, session, user, arguments, zone, commands, background, continued, its, output);
    }

    /** This call with something to show. */
    public ToolCall showing(CallOutput its) {
        return new ToolCall(id, session, user, arguments, zone, commands, background, continued, span, its);
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
