package io.reprise.catalog.provider;

import io.reprise.config.read.Section;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * Prices of a million tokens, in the currency of the operator; empty if unknown.
 *
 * @param input of tokens that are neither read from a cache nor written to it
 * @param cachedInput of tokens read from the provider's cache; the price of others if empty
 * @param cacheWrite of tokens written to the provider's cache; the price of others if empty
 * @param output including tokens of reasoning
 */
public record Prices(
        Optional<BigDecimal> input,
        Optional<BigDecimal> cachedInput,
        Optional<BigDecimal> cacheWrite,
        Optional<BigDecimal> output) {
    public static final Prices UNKNOWN =
            new Prices(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final int MAX = 100_000;

    static Prices read(Section section) {
        return new Prices(
                price(section, "input"),
                price(section, "cachedInput"),
                price(section, "cacheWrite"),
                price(section, "output"));
    }

    private static Optional<BigDecimal> price(Section section, String key) {
        return section.optionalDecimal(key, 0, MAX).map(BigDecimal::valueOf);
    }
}
