package io.reprise.model;

import io.reprise.catalog.provider.Prices;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/** What the tokens of a model cost. */
public record ModelPrices(Prices perMillion) {
    public static final ModelPrices UNKNOWN = new ModelPrices(Prices.UNKNOWN);

    private static final int DIGITS = 9;
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /** The cost of a call; empty if the price of its input or of its output is not known. */
    public Optional<BigDecimal> of(ModelUsage tokens) {
        if (perMillion.input().isEmpty() || perMillion.output().isEmpty()) return Optional.empty();
        BigDecimal input = perMillion.input().get();
        long cached = number(tokens.cachedInput());
        long written = number(tokens.cacheWrite());
        long other = Math.max(0, number(tokens.input()) - cached - written);
        BigDecimal sum = times(other, input)
                .add(times(cached, perMillion.cachedInput().orElse(input)))
                .add(times(written, perMillion.cacheWrite().orElse(input)))
                .add(times(number(tokens.output()), perMillion.output().get()));
        return Optional.of(sum.divide(MILLION, DIGITS, RoundingMode.HALF_UP).stripTrailingZeros());
    }

    private static BigDecimal times(long tokens, BigDecimal price) {
        return price.multiply(BigDecimal.valueOf(tokens));
    }

    private static long number(Integer tokens) {
        return tokens == null ? 0 : tokens;
    }
}
