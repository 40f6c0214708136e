package io.reprise.model;

/**
 * Tokens of a turn, counted alike for all providers; null if the provider did not report a number.
 *
 * @param input with those that the provider read from its cache or wrote to it
 * @param cachedInput those of the input that were read from the provider's cache
 * @param cacheWrite those of the input that were written to the provider's cache
 * @param output with those of reasoning
 * @param reasoning those of the output that were reasoning
 */
public record ModelUsage(Integer input, Integer cachedInput, Integer cacheWrite, Integer output, Integer reasoning) {
    /** The provider reported nothing. */
    public static final ModelUsage UNKNOWN = of(null, null);

    public static ModelUsage of(Integer input, Integer output) {
        return new ModelUsage(input, null, null, output, null);
    }
}
