package io.reprise.gateway.rest.catalog;

import io.reprise.catalog.AgentTools;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Listed;
import io.reprise.catalog.LiveCatalog;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.PromptVariable;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.RoleGuard;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.Texts;
import io.reprise.support.ZoneNames;
import io.vertx.core.json.JsonObject;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code /prompts/preview}: a prompt as a model would read it, with the values of its variables. */
public final class PreviewRoute {
    private final GatewayParts parts;
    private final LiveCatalog live;
    private final AgentTools tools;

    public PreviewRoute(GatewayParts parts) {
        this.parts = parts;
        this.live = parts.catalogue().live();
        this.tools = parts.catalogue().tools();
    }

    public void bindTo(Api api) {
        api.on("previewPrompt", RoleGuard.forStaff(this::preview));
    }

    private void preview(ApiCall call) {
        JsonObject body = call.given();
        Catalog catalog = live.current().get();
        String agent = body.getString("agent", AgentDefinition.DEFAULT);
        String zone = body.getString("zone", parts.settings().recalls().zone());
        Optional<AgentDefinition> definition = catalog.find(new EntryKey(Kind.AGENT, agent))
                .flatMap(Listed::definition)
                .map(AgentDefinition.class::cast);
        String model =
                body.getString("model", definition.map(AgentDefinition::model).orElse(""));
        List<Problem.Detail> problems = new ArrayList<>();
        if (definition.isEmpty()) problems.add(new Problem.Detail("agent", "there is no agent " + agent));
        if (!model.isEmpty() && catalog.find(new EntryKey(Kind.MODEL, model)).isEmpty()) {
            problems.add(new Problem.Detail("model", "there is no model " + model));
        }
        if (!ZoneNames.isKnown(zone)) {
            problems.add(new Problem.Detail("zone", "must be the IANA name of a time zone, such as Europe/Berlin"));
        }
        if (!Texts.isWellFormed(body.getString("text"))) {
            problems.add(new Problem.Detail("text", "must not have U+0000 or an unpaired surrogate"));
        }
        if (problems.isEmpty()) {
            fill(call, body.getString("text"), values(call, catalog, agent, definition.get(), model, zone));
        } else {
            call.refuse(Failure.badRequest(words(problems)), problems);
        }
    }

    private static String words(List<Problem.Detail> problems) {
        return String.join(
                "\n",
                problems.stream()
                        .map(problem -> problem.path() + ": " + problem.message())
                        .toList());
    }

    private PromptVariable.Values values(
            ApiCall call, Catalog catalog, String name, AgentDefinition agent, String model, String zone) {
        return PromptVariable.Values.at(
                parts.time().nowMs(),
                ZoneId.of(zone),
                agent.title().isEmpty() ? name : agent.title(),
                catalog.modelTitle(catalog.named(model)),
                call.user(),
                tools.of(name));
    }

    private void fill(ApiCall call, String text, PromptVariable.Values values) {
        int bytesMax = parts.settings().catalog().previewBytesMax();
        PromptVariable.fill(text, values, bytesMax)
                .ifPresentOrElse(
                        filled -> call.answer(200, new Preview(filled, PromptVariable.unknownIn(text))),
                        () -> call.refuse(Failure.of(
                                ErrorCode.TOO_LARGE,
                                "With the values of its variables the prompt has more than " + bytesMax + " bytes.")));
    }

    /** @param unknown names of variables that do not exist, which stay as they are */
    private record Preview(String text, List<String> unknown) {}
}
