package io.reprise.gateway.rest.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.AgentDefinition.Audience;
import io.reprise.catalog.definition.ModelDefinition;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.support.Current;
import java.util.ArrayList;
import java.util.List;

/** Agents for a new session and models for a message, of which the caller may choose. */
public final class ChoiceRoute {
    private final Current<Catalog> catalog;

    public ChoiceRoute(Current<Catalog> catalog) {
        this.catalog = catalog;
    }

    public void bindTo(Api api) {
        api.on("listChoices", this::choices);
    }

    private void choices(ApiCall call) {
        call.answer(200, Choices.of(catalog.get(), call.caller().isStaff()));
    }

    /**
     * @param agent the name of the one that answers where none is chosen; null if it is not for the caller, likewise
     *     {@code model}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Choices(List<AgentChoice> agents, List<ModelChoice> models, String agent, String model) {
        static Choices of(Catalog catalog, boolean staff) {
            List<AgentChoice> agents = new ArrayList<>();
            List<ModelChoice> models = new ArrayList<>();
            catalog.all(Kind.AGENT)
                    .forEach(listed -> catalog.agent(listed.key().name())
                            .filter(agent -> staff || agent.audience() == Audience.EVERYONE)
                            .ifPresent(agent ->
                                    agents.add(AgentChoice.of(listed.key().name(), agent))));
            catalog.all(Kind.MODEL)
                    .forEach(listed -> catalog.model(listed.key().name())
                            .filter(model -> staff || model.audience() == Audience.EVERYONE)
                            .ifPresent(model ->
                                    models.add(ModelChoice.of(listed.key().name(), model))));
            boolean hasAgent = agents.stream().anyMatch(agent -> agent.name().equals(AgentDefinition.DEFAULT));
            String standard = catalog.standardModel();
            boolean hasModel = models.stream().anyMatch(model -> model.name().equals(standard));
            return new Choices(agents, models, hasAgent ? AgentDefinition.DEFAULT : null, hasModel ? standard : null);
        }
    }

    /**
     * @param model what it answers with where none is chosen; null for the default model
     * @param modelChoice whether another model can be chosen for a message
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record AgentChoice(String name, String title, String description, String model, boolean modelChoice) {
        static AgentChoice of(String name, AgentDefinition agent) {
            return new AgentChoice(
                    name,
                    titled(agent.title(), name),
                    agent.description().isEmpty() ? null : agent.description(),
                    agent.model().isEmpty() ? null : agent.model(),
                    agent.modelChoice());
        }
    }

    private record ModelChoice(String name, String title) {
        static ModelChoice of(String name, ModelDefinition model) {
            return new ModelChoice(name, titled(model.title(), name));
        }
    }

    private static String titled(String title, String name) {
        return title.isEmpty() ? name : title;
    }
}
