package io.reprise.model;

/**
 * A turn that came to its end.
 *
 * @param inputTokens null when the provider did not say
 * @param outputTokens null when the provider did not say
 */
public record ModelTurn(Integer inputTokens, Integer outputTokens) {}
