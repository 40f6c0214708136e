package io.reprise.agent.plan;

import io.reprise.agent.middleware.PlannedMiddleware;
import io.reprise.catalog.provider.Attachment;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFacts;
import io.reprise.model.ModelPrices;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A model that helps runs; it gets what the middleware of the agent lets it have. */
record GuardedModel(ChatModel model, List<PlannedMiddleware> middleware) implements ChatModel {
    static ChatModel of(ChatModel model, List<PlannedMiddleware> middleware) {
        return middleware.isEmpty() ? model : new GuardedModel(model, List.copyOf(middleware));
    }

    @Override
    public String provider() {
        return model.provider();
    }

    @Override
    public String name() {
        return model.name();
    }

    @Override
    public Optional<URI> address() {
        return model.address();
    }

    @Override
    public ModelPrices prices() {
        return model.prices();
    }

    @Override
    public Optional<Integer> contextTokens() {
        return model.contextTokens();
    }

    @Override
    public Set<Attachment> takes() {
        return model.takes();
    }

    @Override
    public ModelFacts.Sampling sampling() {
        return model.sampling();
    }

    @Override
    public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) throws InterruptedException {
        ModelRequest asked = request;
        for (PlannedMiddleware each : middleware) asked = each.helping().apply(asked);
        return model.stream(asked, sink, stop);
    }
}
