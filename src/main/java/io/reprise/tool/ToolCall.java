package io.reprise.tool;

import io.reprise.message.Json;

/**
 * One call of a tool.
 *
 * @param user on whose behalf
 * @param arguments the text of a JSON object
 */
public record ToolCall(String id, String session, String user, String arguments) {
    /** @throws ToolFailure when the arguments are not those of {@code type} */
    public <T> T argumentsAs(Class<T> type) {
        try {
            return Json.parse(arguments, type);
        } catch (IllegalArgumentException e) {
            throw new ToolFailure("The arguments do not fit the tool's schema.", e);
        }
    }
}
