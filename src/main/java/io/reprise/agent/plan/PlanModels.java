package io.reprise.agent.plan;

import io.reprise.catalog.Catalog;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Listed;
import io.reprise.catalog.definition.Definition;
import io.reprise.catalog.definition.ModelDefinition;
import io.reprise.catalog.definition.ProviderDefinition;
import io.reprise.model.ChatModel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Models by the names of their entries. */
record PlanModels(Catalog catalog, ModelSource source) {
    private static final String UNAVAILABLE = "unavailable";

    /** One that fails with a reason if the entry cannot be used. */
    ChatModel model(String name) {
        return usable(name).orElseGet(() -> new AbsentModel(name, UNAVAILABLE, why(name)));
    }

    boolean isUsable(String name) {
        return catalog.model(name).isPresent();
    }

    /**
     * What is asked after the first model: the ones that the agent names, else those of the model. Those that cannot be
     * used are left out.
     */
    List<String> fallbacks(String first, List<String> ofAgent) {
        List<String> named = ofAgent.isEmpty() ? ofModel(first) : ofAgent;
        Set<String> names = new LinkedHashSet<>(named);
        names.remove(first);
        return names.stream().filter(this::isUsable).toList();
    }

    /** Also of a model that is switched off, because its fallbacks then answer. */
    private List<String> ofModel(String name) {
        return definition(Kind.MODEL, name)
                .map(ModelDefinition.class::cast)
                .map(ModelDefinition::fallbacks)
                .orElse(List.of());
    }

    /** What people see. */
    String title(String name) {
        return catalog.modelTitle(name);
    }

    private Optional<ChatModel> usable(String name) {
        return catalog.model(name)
                .flatMap(model -> catalog.provider(model.provider())
                        .map(provider -> source.of(provider.settings(), model.options())));
    }

    private Optional<Definition> definition(Kind kind, String name) {
        return catalog.find(new EntryKey(kind, name)).flatMap(Listed::definition);
    }

    private String why(String name) {
        Optional<Definition> model = definition(Kind.MODEL, name);
        if (catalog.find(new EntryKey(Kind.MODEL, name)).isEmpty()) return "There is no model \"" + name + "\".";
        if (model.filter(its -> !its.enabled()).isPresent()) return "The model \"" + name + "\" is switched off.";
        boolean providerOff = model.flatMap(its -> definition(Kind.PROVIDER, ((ModelDefinition) its).provider()))
                .filter(provider -> !((ProviderDefinition) provider).enabled())
                .isPresent();
        return providerOff
                ? "The provider of the model \"" + name + "\" is switched off."
                : "The model \"" + name + "\" is not set up correctly.";
    }
}
