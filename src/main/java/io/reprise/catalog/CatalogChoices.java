package io.reprise.catalog;

import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.AgentDefinition.Audience;
import io.reprise.catalog.definition.ModelDefinition;
import io.reprise.catalog.provider.Attachment;
import io.reprise.message.AgentRules;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.Current;
import java.util.Optional;

/** What people may choose of the catalogue. */
public final class CatalogChoices implements AgentRules {
    private final Current<Catalog> catalog;

    public CatalogChoices(Current<Catalog> catalog) {
        this.catalog = catalog;
    }

    @Override
    public Optional<Failure> choosing(String agent, boolean staff) {
        Catalog now = catalog.get();
        Optional<AgentDefinition> found = now.agent(agent);
        if (found.isPresent()) {
            return found.get().audience() == Audience.STAFF && !staff
                    ? forbidden("Only staff may choose the agent \"" + agent + "\".")
                    : Optional.empty();
        }
        return now.find(new EntryKey(Kind.AGENT, agent)).isPresent()
                ? forbidden("The agent \"" + agent + "\" cannot be used at present.")
                : Optional.of(Failure.of(ErrorCode.NOT_FOUND, "There is no agent \"" + agent + "\"."));
    }

    @Override
    public Optional<Failure> choosingModel(String agent, String model, boolean staff) {
        Catalog now = catalog.get();
        if (now.agent(named(agent)).filter(its -> !its.modelChoice()).isPresent()) {
            return forbidden("The agent of this chat lets nobody choose a model.");
        }
        Optional<ModelDefinition> found = now.model(model);
        if (found.isEmpty()) {
            boolean exists = now.find(new EntryKey(Kind.MODEL, model)).isPresent();
            return Optional.of(Failure.badRequest(
                    exists
                            ? "The model \"" + model + "\" cannot be used at present."
                            : "There is no model \"" + model + "\"."));
        }
        return found.get().audience() == Audience.STAFF && !staff
                ? forbidden("Only staff may choose the model \"" + model + "\".")
                : Optional.empty();
    }

    @Override
    public Optional<Failure> sending(String agent, String model, String kind) {
        Catalog now = catalog.get();
        Optional<String> name = Optional.ofNullable(model)
                .or(() -> now.agent(named(agent)).map(AgentDefinition::model).map(now::named));
        // Without a model that can be used, another one may answer. The run then decides.
        return name.filter(its ->
                        now.model(its).filter(found -> !takes(now, found, kind)).isPresent())
                .map(its -> Failure.badRequest(Attachment.refusal(now.modelTitle(its), kind)));
    }

    private static boolean takes(Catalog now, ModelDefinition model, String kind) {
        return now.provider(model.provider())
                .filter(provider -> model.options().takes(provider.settings()).stream()
                        .anyMatch(taken -> taken.word().equals(kind)))
                .isPresent();
    }

    @Override
    public boolean tests(String agent) {
        return catalog.get()
                .agent(named(agent))
                .filter(AgentDefinition::staffTesting)
                .isPresent();
    }

    private static String named(String agent) {
        return agent == null ? AgentDefinition.DEFAULT : agent;
    }

    private static Optional<Failure> forbidden(String why) {
        return Optional.of(Failure.of(ErrorCode.FORBIDDEN, why));
    }
}
