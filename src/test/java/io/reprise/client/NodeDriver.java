package io.reprise.client;

import io.reprise.testing.NpmPackages;
import io.reprise.testing.Programs;
import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The JavaScript client in a process of Node, without flags. */
final class NodeDriver extends ClientDriver {
    private final Process process;
    private final BufferedWriter input;
    private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();
    private int commands;

    NodeDriver(String url, String token) {
        try {
            process = new ProcessBuilder(
                            Programs.find("node").toString(),
                            "src/test/js/support/client-driver.mjs",
                            url,
                            token,
                            NpmPackages.file("ws").toString())
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
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        answers.put(++commands, answer);
        act(new JsonObject()
                .put("act", "command")
                .put("number", commands)
                .put("type", type)
                .put("fields", fields));
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
