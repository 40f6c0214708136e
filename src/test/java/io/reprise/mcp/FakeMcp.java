package io.reprise.mcp;

import io.reprise.testing.SelfSigned;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** An MCP server over HTTP that misbehaves as it is told, in one of both versions of the protocol. */
public final class FakeMcp implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final boolean modern;
    private final HttpServer server;
    private final AtomicInteger sessions = new AtomicInteger();
    private final List<HttpServerResponse> listeners = new CopyOnWriteArrayList<>();

    /** Sessions that it knows; for tests that make it forget them. */
    public final Set<String> known = ConcurrentHashMap.newKeySet();

    /** All messages, in the order in which they came. */
    public final List<JsonObject> received = new CopyOnWriteArrayList<>();

    /** Headers of the calls of tools. */
    public final List<MultiMap> headers = new CopyOnWriteArrayList<>();

    /** Names of tools whose calls were dropped by the client. */
    public final BlockingQueue<String> dropped = new LinkedBlockingQueue<>();

    /** What happens at a call of a tool; by default its arguments are the answer. */
    public final Map<String, Consumer<Asked>> calls = new ConcurrentHashMap<>();

    /** What happens with the answers of people, by the id of the question. */
    private final Map<String, Consumer<JsonObject>> answers = new ConcurrentHashMap<>();

    /** What happens at another method. */
    public final Map<String, Consumer<Asked>> methods = new ConcurrentHashMap<>();

    public volatile List<JsonObject> tools = List.of(tool("echo"));

    /** The tools for who asks; by default those of all. */
    public volatile Function<HttpServerRequest, List<JsonObject>> toolsOf = request -> tools;

    /** Why a request is refused as unauthorized: the challenge; empty if it is not. */
    public volatile Function<HttpServerRequest, String> refusal = request -> "";

    /** What is served at these paths, whatever else happens. */
    public final Map<String, JsonObject> documents = new ConcurrentHashMap<>();

    /** A request that was received. */
    public record Asked(JsonObject message, HttpServerRequest request) {
        public HttpServerResponse response() {
            return request.response();
        }

        public JsonObject params() {
            return message.getJsonObject("params", new JsonObject());
        }

        public void result(JsonObject result) {
            response()
                    .putHeader("Content-Type", "application/json")
                    .end(answer(result).encode());
        }

        public void text(String text) {
            result(textResult(text));
        }

        public void error(int status, int code, String text) {
            response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(new JsonObject()
                            .put("jsonrpc", "2.0")
                            .put("id", message.getValue("id"))
                            .put("error", new JsonObject().put("code", code).put("message", text))
                            .encode());
        }

        public JsonObject answer(JsonObject result) {
            return new JsonObject()
                    .put("jsonrpc", "2.0")
                    .put("id", message.getValue("id"))
                    .put("result", result);
        }

        /** Begins a stream of events. */
        public HttpServerResponse events() {
            return response().setChunked(true).putHeader("Content-Type", "text/event-stream");
        }
    }

    private final HttpServerOptions options;

    private FakeMcp(boolean modern, HttpServerOptions options) {
        this.modern = modern;
        this.options = options;
        this.server = vertx.createHttpServer(options);
    }

    public static FakeMcp start(boolean modern) {
        return start(modern, new HttpServerOptions());
    }

    /** With a certificate that nobody trusts. */
    public static FakeMcp startUntrusted() {
        return startWith(SelfSigned.keyStore());
    }

    public static FakeMcp startWith(PfxOptions certificate) {
        return start(true, new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate));
    }

    private static FakeMcp start(boolean modern, HttpServerOptions options) {
        FakeMcp fake = new FakeMcp(modern, options);
        fake.server.requestHandler(fake::handle);
        try {
            fake.server.listen(0, "127.0.0.1").await(60, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
        return fake;
    }

    public String url() {
        return (options.isSsl() ? "https" : "http") + "://127.0.0.1:" + server.actualPort() + "/mcp";
    }

    public static JsonObject tool(String name) {
        return new JsonObject()
                .put("name", name)
                .put("description", "Does " + name)
                .put(
                        "inputSchema",
                        new JsonObject("{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}}}"));
    }

    public static JsonObject textResult(String text) {
        return new JsonObject()
                .put(
                        "content",
                        new JsonArray().add(new JsonObject().put("type", "text").put("text", text)));
    }

    public static String event(JsonObject message) {
        return "data: " + message.encode() + "\n\n";
    }

    /** Asks a person in the stream of a call, as the older protocol does. */
    public void ask(Asked during, JsonObject question, Consumer<JsonObject> answered) {
        String id = "q" + during.message().getValue("id");
        answers.put(id, answered);
        during.events()
                .write(event(new JsonObject()
                        .put("jsonrpc", "2.0")
                        .put("id", id)
                        .put("method", "elicitation/create")
                        .put("params", question)));
    }

    public int count(String method) {
        return (int) received.stream()
                .filter(message -> method.equals(message.getString("method")))
                .count();
    }

    /** Tells all who listen that the tools have changed. */
    public void changed() {
        JsonObject message = new JsonObject().put("jsonrpc", "2.0").put("method", "notifications/tools/list_changed");
        vertx.runOnContext(now -> listeners.forEach(each -> each.write(event(message))));
    }

    public int listeners() {
        return listeners.size();
    }

    private void handle(HttpServerRequest request) {
        JsonObject document = documents.get(request.path());
        if (document != null || !request.path().equals("/mcp")) {
            request.response()
                    .setStatusCode(document == null ? 404 : 200)
                    .putHeader("Content-Type", "application/json")
                    .end(document == null ? "" : document.encode());
            return;
        }
        String refused = refusal.apply(request);
        if (!refused.isEmpty()) {
            int status = refused.contains("insufficient_scope") ? 403 : 401;
            request.response()
                    .setStatusCode(status)
                    .putHeader("WWW-Authenticate", refused)
                    .end();
            return;
        }
        if (request.method().name().equals("GET")) {
            listen(request);
            return;
        }
        request.body().onSuccess(body -> {
            if (body.length() == 0) request.response().setStatusCode(200).end();
            else message(new JsonObject(body), request);
        });
    }

    private void listen(HttpServerRequest request) {
        Consumer<Asked> own = methods.get("GET");
        if (own != null) own.accept(new Asked(new JsonObject(), request));
        else if (modern) request.response().setStatusCode(405).end();
        else listener(request.response());
    }

    private void listener(HttpServerResponse response) {
        listeners.add(response);
        response.closeHandler(gone -> listeners.remove(response));
        response.setChunked(true).putHeader("Content-Type", "text/event-stream").write(":\n\n");
    }

    private void message(JsonObject message, HttpServerRequest request) {
        received.add(message);
        String method = message.getString("method", "");
        Asked asked = new Asked(message, request);
        if (method.isEmpty()) {
            answers.remove(message.getString("id")).accept(message.getJsonObject("result"));
            request.response().setStatusCode(202).end();
            return;
        }
        Consumer<Asked> own = methods.get(method);
        if (own != null) own.accept(asked);
        else if (modern) modern(method, asked);
        else legacy(method, asked);
    }

    private void modern(String method, Asked asked) {
        if (!"2026-07-28".equals(asked.request().getHeader("MCP-Protocol-Version"))
                || !method.equals(asked.request().getHeader("Mcp-Method"))) {
            asked.error(400, -32020, "header mismatch");
            return;
        }
        switch (method) {
            case "server/discover" -> asked.result(about().put("supportedVersions", new JsonArray().add("2026-07-28")));
            case "subscriptions/listen" -> listener(asked.response());
            default -> both(method, asked);
        }
    }

    private void legacy(String method, Asked asked) {
        String session = asked.request().getHeader("Mcp-Session-Id");
        if (method.equals("initialize")) {
            String id = "s" + sessions.incrementAndGet();
            known.add(id);
            asked.response().putHeader("Mcp-Session-Id", id);
            asked.result(about().put("protocolVersion", "2025-11-25"));
        } else if (session == null || !known.contains(session)) {
            asked.error(400, -32000, "Bad Request: No valid session ID provided");
        } else if (!asked.message().containsKey("id")) {
            asked.response().setStatusCode(202).end();
        } else if (method.equals("ping")) {
            asked.result(new JsonObject());
        } else {
            both(method, asked);
        }
    }

    private static JsonObject about() {
        return new JsonObject()
                .put("serverInfo", new JsonObject().put("name", "fake").put("version", "1"))
                .put("capabilities", new JsonObject("{\"tools\":{\"listChanged\":true}}"));
    }

    private void both(String method, Asked asked) {
        switch (method) {
            case "tools/list" ->
                asked.result(
                        new JsonObject().put("tools", new JsonArray(new ArrayList<>(toolsOf.apply(asked.request())))));
            case "tools/call" -> {
                String name = asked.params().getString("name");
                headers.add(asked.request().headers());
                asked.response().closeHandler(gone -> {
                    if (!asked.response().ended()) dropped.add(name);
                });
                calls.getOrDefault(
                                name,
                                each -> each.text(
                                        each.params().getJsonObject("arguments").encode()))
                        .accept(asked);
            }
            default -> asked.error(404, -32601, "Method not found");
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
