package io.reprise.catalog.provider;

import io.reprise.config.model.Connection;
import io.reprise.config.read.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The types of providers, each with the reader of its settings. */
public final class ProviderTypes {
    private final Map<String, Function<Section, ? extends ProviderSettings>> readers = new LinkedHashMap<>();

    /** The types that the server has itself. */
    public ProviderTypes() {
        readers.put(ProviderSettings.Demo.TYPE, ProviderSettings.Demo::read);
        readers.put(ProviderSettings.OpenAi.TYPE, ProviderSettings.OpenAi::read);
        readers.put(ProviderSettings.Azure.TYPE, ProviderSettings.Azure::read);
        readers.put(ProviderSettings.Anthropic.TYPE, ProviderSettings.Anthropic::read);
        readers.put(ProviderSettings.Ollama.TYPE, ProviderSettings.Ollama::read);
        readers.put(ProviderSettings.HuggingFace.TYPE, ProviderSettings.HuggingFace::read);
        readers.put(ProviderSettings.Gemini.TYPE, ProviderSettings.Gemini::read);
        readers.put(ProviderSettings.Mistral.TYPE, ProviderSettings.Mistral::read);
    }

    /**
     * These types and those of plug-ins.
     *
     * @param others reads the own keys of each
     * @throws IllegalArgumentException if a type exists already
     */
    public ProviderTypes with(Map<String, Function<Section, Map<String, Object>>> others) {
        ProviderTypes all = new ProviderTypes();
        all.readers.putAll(readers);
        others.forEach((type, reader) -> {
            Function<Section, ProviderSettings> whole = section -> new ProviderSettings.Other(
                    type, reader.apply(section), section.secret("apiKey"), Connection.read(section));
            if (all.readers.putIfAbsent(type, whole) != null) {
                throw new IllegalArgumentException("a type of providers exists already: " + type);
            }
        });
        return all;
    }

    public List<String> names() {
        return List.copyOf(readers.keySet());
    }

    /** The settings of the type that the key {@code type} names. */
    public ProviderSettings read(Section section) {
        String type = section.word("type", ProviderSettings.Demo.TYPE, names());
        return readers.get(type).apply(section);
    }

    /**
     * The settings of this type; the key {@code type} must be equal to it.
     *
     * @throws IllegalArgumentException if there is no such type
     */
    public ProviderSettings read(String type, Section section) {
        Function<Section, ? extends ProviderSettings> reader = readers.get(type);
        if (reader == null) throw new IllegalArgumentException("no type of providers: " + type);
        section.word("type", type, List.of(type));
        return reader.apply(section);
    }
}
