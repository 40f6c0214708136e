package io.reprise.tool.http;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The result of a call without an agent.
 *
 * @param result JSON if the service has answered with it, else a text
 * @param cut what was left out; absent if nothing was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DirectResult(String tool, Object result, String cut) {}
