package io.reprise.history.usage;

import java.math.BigDecimal;

/** Tokens of input and output together, and their cost in the operator's currency, as far as it is known. */
public record Spent(long tokens, BigDecimal cost) {
    public static final Spent NOTHING = new Spent(0, BigDecimal.ZERO);

    public Spent plus(Spent more) {
        return new Spent(tokens + more.tokens, cost.add(more.cost));
    }

    public Spent plus(ModelUse use) {
        return plus(new Spent(use.tokens(), use.cost() == null ? BigDecimal.ZERO : use.cost()));
    }
}
