package io.reprise.gateway.rest.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.RoleGuard;
import io.reprise.history.AuditRecorder;
import io.reprise.mcp.McpAdministration;
import io.reprise.mcp.McpAdministration.State;
import io.reprise.mcp.McpAdministration.ToolState;
import io.reprise.mcp.McpHealth.Checked;
import io.reprise.mcp.connection.ToolList.LeftOut;
import io.reprise.mcp.signin.McpSignIns;
import io.reprise.mcp.signin.SignInState;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** MCP servers at the moment: seen by staff, checked and cleared by administrators. */
public final class McpRoutes {
    private static final Failure NONE = Failure.notFound(Kind.MCP_SERVER.title());

    private final Vertx vertx;
    private final McpAdministration mcp;
    private final GatewayParts.Catalogue catalogue;
    private final AuditRecorder audit;
    private final McpSignIns signIns;

    public McpRoutes(Vertx vertx, GatewayParts parts) {
        this.vertx = vertx;
        this.catalogue = parts.catalogue();
        this.mcp = catalogue.mcp();
        this.audit = parts.administration().audit();
        this.signIns = parts.outside().mcpSignIns();
    }

    public void bindTo(Api api) {
        api.on("listMcpStates", RoleGuard.forStaff(this::states))
                .on("listMcpTools", RoleGuard.forStaff(this::tools))
                .on("checkMcpServer", RoleGuard.forAdmins(this::check))
                .on("clearMcpServer", RoleGuard.forAdmins(this::clearOne))
                .on("clearMcpCache", RoleGuard.forAdmins(call -> cleared(call, null, mcp.clear())));
    }

    private record Cleared(int cleared) {}

    private record States(List<ShownState> servers) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownState(
            String name,
            String status,
            boolean connected,
            String protocol,
            String server,
            Integer tools,
            Integer tokens,
            String listedAt,
            List<LeftOut> leftOut,
            int calls,
            String error,
            String errorAt,
            ShownCheck check,
            ShownSignIn signIn) {
        static ShownState of(State state, SignInState signIn) {
            var server = state.connection();
            var known = state.known();
            var trouble = state.trouble();
            return new ShownState(
                    state.name(),
                    state.status().name().toLowerCase(Locale.ROOT),
                    server != null,
                    server == null ? null : server.dialect().version(),
                    server == null ? null : (server.name() + " " + server.version()).strip(),
                    known == null ? null : known.tools().size(),
                    known == null ? null : state.tokens(),
                    known == null ? null : time(state.listedAt()),
                    known == null || known.leftOut().isEmpty() ? null : known.leftOut(),
                    state.calls(),
                    trouble == null ? null : trouble.message(),
                    trouble == null ? null : time(trouble.at()),
                    state.check() == null ? null : ShownCheck.of(state.check()),
                    signIn == null ? null : ShownSignIn.of(signIn));
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownSignIn(String way, Boolean present, Integer people, Boolean you) {
        static ShownSignIn of(SignInState state) {
            String way = state.way().name().toLowerCase(Locale.ROOT);
            return new ShownSignIn(way, state.present(), state.people(), state.you());
        }
    }

    /** @param error absent if the server works */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownCheck(boolean works, String error, long ms, String at) {
        static ShownCheck of(Checked check) {
            return new ShownCheck(check.works(), check.error(), check.ms(), time(check.at()));
        }
    }

    private record Tools(List<ShownTool> tools) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownTool(String name, String model, String description, int tokens) {
        static ShownTool of(ToolState tool) {
            return new ShownTool(tool.name(), tool.model(), tool.description(), tool.tokens());
        }
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }

    private void states(ApiCall call) {
        signIns.states(call.user())
                .onSuccess(told -> call.answer(
                        200,
                        new States(mcp.states().stream()
                                .map(state -> ShownState.of(state, told.get(state.name())))
                                .toList())))
                .onFailure(call::storeAway);
    }

    private void tools(ApiCall call) {
        named(call)
                .ifPresent(name -> call.answer(
                        200,
                        new Tools(mcp.tools(name).stream().map(ShownTool::of).toList())));
    }

    private void clearOne(ApiCall call) {
        named(call).ifPresent(name -> cleared(call, name, mcp.clear(name)));
    }

    /** @param server null for all */
    private void cleared(ApiCall call, String server, int count) {
        audit.record(call.user(), "mcp.cleared", server, Map.of("cleared", count))
                .onSuccess(done -> call.answer(200, new Cleared(count)))
                .onFailure(call::storeAway);
    }

    private void check(ApiCall call) {
        Optional<String> name = named(call);
        if (name.isEmpty()) return;
        if (!mcp.isUsed(name.get())) {
            call.refuse(Failure.badRequest("This server is switched off, or not set up correctly."));
            return;
        }
        Future.fromCompletionStage(mcp.check(name.get()), vertx.getOrCreateContext())
                .compose(checked -> audit.record(
                                call.user(), "mcp.checked", name.get(), Map.of("works", checked.works()))
                        .map(checked))
                .onSuccess(checked -> call.answer(200, ShownCheck.of(checked)))
                .onFailure(call::storeAway);
    }

    /** Refuses the call if there is no such entry. */
    private Optional<String> named(ApiCall call) {
        String name = call.text("name");
        if (catalogue
                .live()
                .current()
                .get()
                .find(new EntryKey(Kind.MCP_SERVER, name))
                .isPresent()) {
            return Optional.of(name);
        }
        call.refuse(NONE);
        return Optional.empty();
    }
}
