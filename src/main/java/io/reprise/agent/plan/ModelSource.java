package io.reprise.agent.plan;

import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.model.ChatModel;

/** Port: models with their connections. Thread-safe; does not block. */
@FunctionalInterface
public interface ModelSource {
    /** The model with these settings. Equal settings share their connections. */
    ChatModel of(ProviderSettings provider, ModelOptions options);
}
