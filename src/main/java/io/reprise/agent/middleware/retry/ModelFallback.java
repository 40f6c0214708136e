package io.reprise.agent.middleware.retry;

import io.reprise.agent.middleware.Fallbacks;
import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.definition.Definition.Reference;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import java.util.List;

/** Asks the next model if one is unavailable, overloaded or silent. */
public final class ModelFallback implements MiddlewareType<ModelFallback.Settings> {
    /** @param models names of entries, in the order in which they are asked */
    public record Settings(List<String> models) implements MiddlewareSettings {
        public Settings {
            models = List.copyOf(models);
        }

        @Override
        public List<Reference> references() {
            return MiddlewareSettings.models("models", models);
        }
    }

    @Override
    public String name() {
        return "model-fallback";
    }

    @Override
    public int priority() {
        return Fallbacks.PRIORITY;
    }

    @Override
    public Settings read(Section section) {
        Settings settings = new Settings(section.list("models", "the name of a model", EntryKey.NAME));
        if (settings.models().isEmpty()) section.missing("models", "names of models");
        return settings;
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new Fallbacks(settings.models().stream().map(setup.models()).toList());
    }
}
