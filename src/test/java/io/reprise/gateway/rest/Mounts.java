package io.reprise.gateway.rest;

import io.reprise.gateway.Routes.Mounted;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests for what the server has beside the REST interface, made from its routes, so that new ones are tried without a change. */
final class Mounts {
    private static final Pattern NAME = Pattern.compile(":(\\w+)");
    private static final Map<String, String> KNOWN =
            Map.of("agent", "default", "model", "default", "tool", "look", "run", "r_1", "hook", "h_1");

    private static final List<JsonObject> TOOLS = List.of(new JsonObject("""
            {"name": "zoom", "description": "Zooms.", "parameters": {"type": "object"}}"""));

    private Mounts() {}

    /** An address for it. Everything that begins like a path that is not exact would do. */
    static String path(Mounted mounted, Map<String, String> given) {
        Matcher names = NAME.matcher(mounted.path());
        String path = names.replaceAll(name -> Matcher.quoteReplacement(URLEncoder.encode(
                given.getOrDefault(name.group(1), KNOWN.getOrDefault(name.group(1), "x")), StandardCharsets.UTF_8)));
        return mounted.exact() ? path : path + "x";
    }

    /** Something that a route may take for a body; null if there is none. */
    static JsonObject body(Mounted mounted, String thread, String run) {
        if (!"POST".equals(mounted.method())) return null;
        return switch (mounted.path()) {
            case "/agui/:agent" ->
                new JsonObject("""
                        {"messages": [{"id": "m", "role": "user", "content": "/echo x"}], "state": {},
                         "context": [{"description": "where", "value": "here"}], "forwardedProps": {}}""").put("threadId", thread).put("runId", run).put("tools", TOOLS);
            case "/v1/chat/completions" -> new JsonObject("""
                        {"model": "default", "stream": true, "stream_options": {"include_usage": true},
                         "messages": [{"role": "user", "content": "/echo x"}],
                         "tools": [{"type": "function", "function": {"name": "zoom", "parameters": {"type": "object"}}}]}""");
            default -> new JsonObject("{\"thing\": \"x\", \"count\": 1}");
        };
    }
}
