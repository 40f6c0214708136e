package io.reprise.catalog.provider;

import io.vertx.core.Future;

/** Port: asks a model for one word, so that an operator learns whether it answers, and why not. */
@FunctionalInterface
public interface ModelChecker {
    /** Also models that are not enabled. Does not fail for what is wrong with the model or its provider. */
    Future<Result> check(ProviderSettings provider, ModelOptions options);

    /**
     * What came out.
     *
     * @param works whether the model began to answer
     * @param reason what to look at, in one word; {@code works} if nothing
     * @param text for the operator
     * @param said the provider's own words, without keys; empty if there are none
     * @param ms until the answer began, or until it was clear that there is none
     */
    record Result(boolean works, String reason, String text, String said, long ms) {}
}
