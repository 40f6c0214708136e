package io.reprise.model;

import io.reprise.catalog.provider.Attachment;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** What is known of a model without a call, see {@link ChatModel}. */
public record ModelFacts(
        String provider,
        String name,
        Optional<URI> address,
        ModelPrices prices,
        Optional<Integer> contextTokens,
        Set<Attachment> takes,
        Sampling sampling) {
    /**
     * What requests to a model ask for.
     *
     * @param temperature empty for the provider's default
     * @param maxTokens most tokens of one answer; empty for the provider's default
     */
    public record Sampling(Optional<Double> temperature, Optional<Integer> maxTokens) {
        /** Everything is left to the provider. */
        public static final Sampling DEFAULT = new Sampling(Optional.empty(), Optional.empty());
    }

    /** What the entries of a model and of its provider say. */
    public static ModelFacts of(ProviderSettings provider, ModelOptions options) {
        return new ModelFacts(
                provider.type(),
                options.name(),
                provider.address(),
                new ModelPrices(options.prices()),
                options.contextTokens(),
                options.takes(provider),
                new Sampling(options.temperature(), options.maxTokens()));
    }

    /** With another address. */
    public ModelFacts at(URI other) {
        return new ModelFacts(provider, name, Optional.of(other), prices, contextTokens, takes, sampling);
    }
}
