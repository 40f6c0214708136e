package io.reprise.gateway.rest.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.config.read.SettingsProblem;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.RoleGuard;
import io.reprise.mcp.McpAdministration;
import io.reprise.mcp.McpAdministration.State;
import io.reprise.mcp.McpAdministration.ToolState;
import io.reprise.tool.TokenEstimate;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolSource;
import io.reprise.tool.ToolTraits;
import io.reprise.tool.http.DeclaredTools;
import io.reprise.tool.http.ToolAccess;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The tools that the server knows, for staff. */
public final class ToolRoutes {
    private final ToolSource builtIn;
    private final ToolAccess declared;
    private final McpAdministration mcp;

    public ToolRoutes(GatewayParts parts) {
        this.builtIn = parts.catalogue().builtIn();
        this.declared = parts.outside().tools();
        this.mcp = parts.catalogue().mcp();
    }

    public void bindTo(Api api) {
        api.on("listTools", RoleGuard.forStaff(this::list));
    }

    private void list(ApiCall call) {
        List<Shown> all = new ArrayList<>();
        builtIn.now().all().stream()
                .map(tool -> shown(tool, "builtin", null))
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(all::add);
        declared.declared().states().stream().map(this::shown).forEach(all::add);
        mcp.states().stream().flatMap(this::shown).forEach(all::add);
        call.answer(200, new Tools(all));
    }

    private Shown shown(DeclaredTools.State state) {
        Optional<Tool> tool = state.used() ? declared.source().now().find(state.name()) : Optional.empty();
        return tool.map(found -> shown(found, "declared", state))
                .orElseGet(() -> new Shown(
                        state.name(),
                        "declared",
                        null,
                        false,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        state.file(),
                        null,
                        faults(state.problems())));
    }

    /** @param file that declares it; null if none does */
    private static Shown shown(Tool tool, String source, DeclaredTools.State file) {
        ToolTraits traits = tool.traits();
        return new Shown(
                tool.name(),
                source,
                null,
                true,
                tool.description(),
                traits.writes(),
                traits.replay().name().toLowerCase(Locale.ROOT),
                traits.timeMs() == 0 ? null : traits.timeMs(),
                TokenEstimate.of(tool.name(), tool.description(), tool.schema()),
                new JsonObject(tool.schema()).getMap(),
                file == null ? null : file.file(),
                file == null ? null : file.direct(),
                file == null ? List.of() : faults(file.problems()));
    }

    private Stream<Shown> shown(State server) {
        List<Fault> trouble = server.trouble() == null
                ? List.of()
                : List.of(new Fault(server.name(), server.trouble().message(), "MCP server " + server.name()));
        return mcp.tools(server.name()).stream().map(tool -> shown(tool, server.name(), trouble));
    }

    private static Shown shown(ToolState tool, String server, List<Fault> trouble) {
        return new Shown(
                tool.model() == null ? tool.name() : tool.model(),
                "mcp",
                server,
                tool.model() != null,
                tool.description(),
                ToolTraits.UNKNOWN.writes(),
                ToolTraits.UNKNOWN.replay().name().toLowerCase(Locale.ROOT),
                null,
                tool.tokens(),
                new JsonObject(tool.schema()).getMap(),
                null,
                null,
                trouble);
    }

    private static List<Fault> faults(List<SettingsProblem> problems) {
        return problems.stream()
                .map(problem -> new Fault(problem.path(), problem.fault(), problem.source()))
                .toList();
    }

    private record Tools(List<Shown> tools) {}

    private record Fault(String key, String fault, String where) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Shown(
            String name,
            String source,
            String server,
            boolean used,
            String description,
            Boolean writes,
            String replay,
            Integer timeMs,
            Integer tokens,
            Object schema,
            String file,
            Boolean direct,
            List<Fault> problems) {}
}
