package io.reprise.gateway.agui;

import io.reprise.catalog.CatalogChoices;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.message.Failure;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** {@code GET /agui/AGENT/capabilities}: what an agent can do, in AG-UI's words. What is not known is left out. */
final class AguiCapabilities {
    private final GatewayParts parts;

    AguiCapabilities(GatewayParts parts) {
        this.parts = parts;
    }

    void answer(RoutingContext context) {
        String name = AguiRoute.named(AguiRoute.agent(context));
        Optional<AgentDefinition> agent =
                parts.catalogue().live().current().get().agent(name);
        Optional<Failure> refusal = AguiRoute.agent(context) == null
                ? Optional.empty()
                : new CatalogChoices(parts.catalogue().live().current())
                        .choosing(name, Authenticator.caller(context).isStaff());
        if (refusal.isPresent()) Problem.send(context, refusal.get());
        else Answers.send(context, 200, "application/json", of(name, agent).encode());
    }

    private JsonObject of(String name, Optional<AgentDefinition> agent) {
        JsonObject identity = new JsonObject().put("name", name).put("type", "reprise");
        agent.map(AgentDefinition::description)
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> identity.put("description", text));
        boolean takesTools = parts.settings().tools().client().declaredMax() > 0;
        boolean delegates = agent.filter(its -> !its.subagents().isEmpty()).isPresent();
        return new JsonObject()
                .put("identity", identity.put("version", parts.node().version()))
                .put("transport", new JsonObject().put("streaming", true).put("resumable", true))
                .put(
                        "tools",
                        new JsonObject()
                                .put("supported", true)
                                .put("parallelCalls", true)
                                .put("clientProvided", takesTools))
                .put("state", new JsonObject().put("snapshots", false).put("deltas", false))
                .put("multiAgent", new JsonObject().put("supported", delegates).put("delegation", delegates))
                .put("reasoning", new JsonObject().put("supported", true).put("streaming", true))
                .put(
                        "humanInTheLoop",
                        new JsonObject()
                                .put("supported", true)
                                .put("approvals", true)
                                .put("interrupts", true)
                                .put("approveWithEdits", true));
    }
}
