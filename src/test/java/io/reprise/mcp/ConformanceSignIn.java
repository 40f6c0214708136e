package io.reprise.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.mcp.signin.SignInFailure;
import io.reprise.mcp.tool.SignInTool;
import io.reprise.message.Json;
import io.reprise.support.StopSignal;
import io.reprise.tool.AskingException;
import io.reprise.tool.RemoteTools.Asker;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolCall.Answer;
import io.reprise.tool.ToolCall.Continued;
import io.reprise.tool.ToolFailure;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The scenarios of sign-in of the official conformance suite, as a model with a person goes through them: it calls the tool
 * that asks for the sign-in, then all others, and once more if something was missing.
 */
final class ConformanceSignIn {
    static final String PREFIX = "auth/";

    private static final String SERVER = "suite";
    private static final String USER = "ada";
    private static final int ROUNDS = 3;

    private final McpBench bench;
    private final SignInBrowser browser;

    /** @param context what the suite says about the scenario */
    ConformanceSignIn(McpBench bench, String url, JsonNode context) {
        this.bench = bench;
        this.browser = new SignInBrowser(bench.signIns, USER);
        Map<String, Object> body = new HashMap<>(Map.of("url", url, "auth", "oauth"));
        if (context.has("client_id")) {
            body.put(
                    "oauth",
                    Map.of(
                            "clientId",
                            context.path("client_id").asText(),
                            "clientSecret",
                            "env:" + McpBench.CLIENT_SECRET));
        }
        bench.with(SERVER, body);
    }

    static JsonNode context() {
        return Json.parse(System.getenv().getOrDefault("MCP_CONFORMANCE_CONTEXT", "{}"), JsonNode.class);
    }

    void run() throws InterruptedException, SignInFailure {
        for (int round = 0; round < ROUNDS; round++) {
            List<Tool> tools = usable();
            boolean good = !tools.isEmpty();
            for (Tool tool : tools) good &= isCalled(tool);
            if (good) return;
        }
        throw new IllegalStateException("the tools cannot be used");
    }

    /** Those that are not the one that asks for the sign-in; it is called first if there are no others. */
    private List<Tool> usable() throws InterruptedException, SignInFailure {
        List<Tool> now = tools();
        if (now.size() == 1) isCalled(now.getFirst());
        return tools().stream()
                .filter(tool -> !tool.name().endsWith(SignInTool.NAME))
                .toList();
    }

    private List<Tool> tools() throws InterruptedException {
        return bench.servers.of(List.of(SERVER), Set.of(), new Asker(USER, null));
    }

    private boolean isCalled(Tool tool) throws InterruptedException, SignInFailure {
        ToolCall call = new ToolCall("call_1", "s_1", USER, "{}");
        while (true) {
            try {
                tool.call(call, new StopSignal());
                return true;
            } catch (AskingException asking) {
                browser.visit(SERVER, asking.inquiry().url());
                call = call.from(new Continued(asking.state(), Answer.ACCEPT, null, asking.held()));
            } catch (ToolFailure failure) {
                System.err.println(tool.name() + ": " + failure.getMessage());
                return false;
            }
        }
    }
}
