package io.reprise.catalog.definition;

import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.AgentDefinition.Audience;
import io.reprise.catalog.provider.ModelBounds;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that agents use.
 *
 * @param provider the name of the entry of its provider
 * @param title shown to people; empty for the name of the entry
 * @param audience who may choose it for a message
 * @param standard whether it is the default
 * @param fallbacks models that answer if this one cannot, unless an agent names others
 */
public record ModelDefinition(
        String provider,
        String title,
        Audience audience,
        boolean standard,
        List<String> fallbacks,
        ModelOptions options)
        implements Definition {
    /** The name of the model and the provider that come from the settings. */
    public static final String OF_SETTINGS = "default";

    private static final int TITLE_CHARACTERS_MAX = 80;

    /** @param bounds of the provider, or {@link ModelBounds#ANY} */
    static ModelDefinition read(Section section, ModelBounds bounds) {
        return new ModelDefinition(
                section.requiredText("provider", "the name of a provider", EntryKey.NAME),
                section.text(
                        "title",
                        "",
                        "a text of at most " + TITLE_CHARACTERS_MAX + " characters",
                        TextForm.upTo(TITLE_CHARACTERS_MAX)),
                section.choice("audience", Audience.EVERYONE, Audience.values()),
                section.bool("default", false),
                section.list("fallbacks", "the name of a model", EntryKey.NAME),
                ModelOptions.read(section, bounds));
    }

    @Override
    public boolean enabled() {
        return options.enabled();
    }

    @Override
    public List<Reference> references() {
        List<Reference> all = new ArrayList<>();
        all.add(new Reference("provider", new EntryKey(Kind.PROVIDER, provider)));
        fallbacks.forEach(name -> all.add(new Reference("fallbacks", new EntryKey(Kind.MODEL, name))));
        return all;
    }
}
