package io.reprise.config.usage;

import io.reprise.config.read.Section;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What runs and users may spend. Tokens are those of input and output together; costs are in the currency of the prices of
 * models, and calls of models without prices cost nothing. A day begins at 00:00 UTC.
 *
 * @param runTokens 0: without limit; likewise {@code userDayTokens}
 * @param runCost empty: without limit; likewise {@code userDayCost}
 */
public record BudgetSettings(
        int runTokens, Optional<BigDecimal> runCost, int userDayTokens, Optional<BigDecimal> userDayCost) {
    private static final int TOKENS_MAX = 2_000_000_000;
    private static final int COST_MAX = 100_000;

    /** No limits. */
    public static final BudgetSettings NONE = new BudgetSettings(0, Optional.empty(), 0, Optional.empty());

    public static BudgetSettings read(Section section) {
        Section live = section.live();
        return new BudgetSettings(
                live.integer("runTokens", 0, 0, TOKENS_MAX),
                live.optionalDecimal("runCost", 0, COST_MAX).map(BigDecimal::valueOf),
                live.integer("userDayTokens", 0, 0, TOKENS_MAX),
                live.optionalDecimal("userDayCost", 0, COST_MAX).map(BigDecimal::valueOf));
    }

    /** Whether there is a budget of users. */
    public boolean limitsUsers() {
        return userDayTokens > 0 || userDayCost.isPresent();
    }

    /** Whether a run that has spent this may not call a model again. */
    public boolean runHasSpent(long tokens, BigDecimal cost) {
        return isSpent(runTokens, runCost, tokens, cost);
    }

    /** Whether a user who has spent this on a day may not call a model again on it. */
    public boolean dayIsSpent(long tokens, BigDecimal cost) {
        return isSpent(userDayTokens, userDayCost, tokens, cost);
    }

    private static boolean isSpent(int tokensMax, Optional<BigDecimal> costMax, long tokens, BigDecimal cost) {
        return tokensMax > 0 && tokens >= tokensMax
                || costMax.filter(max -> cost.compareTo(max) >= 0).isPresent();
    }
}
