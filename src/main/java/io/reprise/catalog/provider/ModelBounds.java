package io.reprise.catalog.provider;

import java.util.Set;

/**
 * What models of a type of providers can be told.
 *
 * @param temperatureMax the greatest temperature
 * @param thinks whether the tokens of thinking can be limited
 * @param reserves whether the size of the context can be chosen
 * @param sends what the API has a form for, beside text
 */
public record ModelBounds(int temperatureMax, boolean thinks, boolean reserves, Set<Attachment> sends) {
    /** Of a model whose provider is not known. */
    public static final ModelBounds ANY = new ModelBounds(2, true, true, Attachment.ALL);

    private static final Set<Attachment> IMAGES = Set.of(Attachment.IMAGE);

    public ModelBounds {
        sends = Set.copyOf(sends);
    }

    /** Of a type of providers; those of plug-ins decide themselves. */
    public static ModelBounds of(String type) {
        return switch (type) {
            case ProviderSettings.Anthropic.TYPE -> new ModelBounds(1, true, false, Attachment.ALL);
            case ProviderSettings.Gemini.TYPE -> new ModelBounds(2, true, false, Attachment.ALL);
            case ProviderSettings.Ollama.TYPE -> new ModelBounds(2, false, true, IMAGES);
            case ProviderSettings.HuggingFace.TYPE, ProviderSettings.Mistral.TYPE ->
                new ModelBounds(2, false, false, IMAGES);
            case ProviderSettings.Demo.TYPE, ProviderSettings.OpenAi.TYPE, ProviderSettings.Azure.TYPE ->
                new ModelBounds(2, false, false, Attachment.ALL);
            default -> ANY;
        };
    }

    /** These with words of their own for what cannot be told at all. */
    public ModelBounds forReading() {
        return new ModelBounds(temperatureMax, true, true, Attachment.ALL);
    }
}
