package io.reprise.model;

import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings.Other;
import io.reprise.config.read.Section;
import java.util.Map;

/**
 * Port: a type of providers that a plug-in adds, found by {@link java.util.ServiceLoader}. It needs a constructor without
 * parameters.
 */
public interface ModelProvider {
    /** The name of the type in entries; not one of the server's own types. */
    String type();

    /**
     * Reads the keys of an entry that the type has beside {@code type}, {@code enabled}, {@code apiKey},
     * {@code connectMs}, {@code connectionsMax} and {@code responseBytesMax}. It must ask for all its keys whatever
     * their values are, because what it asks for are the keys that exist.
     */
    Map<String, Object> read(Section section);

    /**
     * A model for runs, which may call it from many threads at once.
     *
     * @param key the API key; empty for none
     * @throws IllegalArgumentException with a text for the operator if there cannot be such a model
     */
    ChatModel model(Other settings, ModelOptions options, String key);
}
