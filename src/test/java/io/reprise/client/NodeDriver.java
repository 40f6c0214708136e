package io.reprise.client;

import io.reprise.testing.NpmPackages;
import io.reprise.testing.Programs;
import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The JavaScript client in a process of Node, without flags. */
final class NodeDriver extends ClientDriver {
    private final Process process;
    private final BufferedWriter input;
    private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
    private int commands;

    /**
     * With the WebSocket of a package.
     *
     * @param tokens the first one, then the next one each time it renews it
     */
    NodeDriver(String url, List<String> tokens) {
        this(Programs.find("node"), url, tokens, NpmPackages.file("ws").toString());
    }

    /** With the WebSocket that this Node has itself. */
    static NodeDriver withItsOwn(Path node, String url, List<String> tokens) {
        return new NodeDriver(node, url, tokens, "");
    }

    private NodeDriver(Path node, String url, List<String> tokens, String ws) {
        try {
            process = new ProcessBuilder(
                            node.toString(), "src/test/js/support/client-driver.mjs", url, String.join(",", tokens), ws)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        input = process.outputWriter();
        Thread.ofPlatform().daemon().start(() -> process.inputReader().lines().forEach(this::read));
    }

    private void read(String line) {
        JsonObject told = new JsonObject(line);
        if (!told.getString("what").equals("answer")) {
            tell(told);
            return;
        }
        JsonObject answer = told.getJsonObject("answer", new JsonObject().put("code", told.getString("code")));
        answers.remove(told.getInteger("number")).complete(answer);
    }

    @Override
    void start() {
        act(new JsonObject().put("act", "start"));
    }

    @Override
    void attach(String session, JsonObject cursor) {
        JsonObject asked = new JsonObject().put("act", "attach").put("session", session);
        act(cursor == null ? asked : asked.put("cursor", cursor));
    }

    @Override
    CompletableFuture<JsonObject> command(String type, JsonObject fields) {
        return answerTo("command", new JsonObject().put("type", type).put("fields", fields));
    }

    @Override
    CompletableFuture<JsonObject> fork(String session, JsonObject fields) {
        return answerTo("fork", new JsonObject().put("session", session).put("fields", fields));
    }

    @Override
    CompletableFuture<JsonObject> upload(String session, String name, String mediaType, String content) {
        return answerTo(
                "upload",
                new JsonObject()
                        .put("session", session)
                        .put("name", name)
                        .put("mediaType", mediaType)
                        .put("content", content));
    }

    private CompletableFuture<JsonObject> answerTo(String act, JsonObject asked) {
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        answers.put(++commands, answer);
        act(asked.put("act", act).put("number", commands));
        return answer;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void act(JsonObject asked) {
        try {
            input.write(asked.encode());
            input.newLine();
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
