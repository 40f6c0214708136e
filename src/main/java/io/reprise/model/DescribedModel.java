package io.reprise.model;

import io.reprise.catalog.provider.Attachment;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** A model about which everything is known before it is called. It answers each question that {@link ChatModel} has. */
public abstract class DescribedModel implements ChatModel {
    private final ModelFacts facts;

    protected DescribedModel(ModelFacts facts) {
        this.facts = facts;
    }

    @Override
    public final String provider() {
        return facts.provider();
    }

    @Override
    public final String name() {
        return facts.name();
    }

    @Override
    public final Optional<URI> address() {
        return facts.address();
    }

    @Override
    public final ModelPrices prices() {
        return facts.prices();
    }

    @Override
    public final Optional<Integer> contextTokens() {
        return facts.contextTokens();
    }

    @Override
    public final Set<Attachment> takes() {
        return facts.takes();
    }

    @Override
    public final ModelFacts.Sampling sampling() {
        return facts.sampling();
    }
}
