package io.reprise.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Client of the wire protocol (webroot/docs/protocol.md): one socket, many sessions, exact resume, idempotent commands. It
 * reconnects until it is stopped or the server refuses it for good.
 *
 * <p>All methods may be called by any thread and none of them blocks. Everything of a client, also its listeners and the
 * completion of its futures, runs on one context: that of the caller of {@link #create}, or else a new event loop.
 */
public final class RepriseClient {
    private final Context context;
    private final Connection connection;
    private final WebSocketClient sockets;
    private final Rest rest;

    private RepriseClient(Vertx vertx, ClientOptions options, ClientListener listener) {
        context = vertx.getOrCreateContext();
        sockets = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxFrameSize(options.sizes.receivedBytesMax())
                .setMaxMessageSize(options.sizes.receivedBytesMax())
                .setConnectTimeout((int) Math.min(Integer.MAX_VALUE, options.waits.connectMs())));
        Timing timing = new VertxTiming(vertx);
        DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
        NodeUrls urls = new NodeUrls(options.url);
        rest = new Rest(vertx.createHttpClient(), new Link(options, timing, random, frame -> false), urls);
        connection = new Connection(
                new Connection.Parts(options, urls, timing, random),
                url -> sockets.connect(Addresses.of(url)),
                new IsolatedClient(listener, this::report));
    }

    /** A client that does nothing until it is started. */
    public static RepriseClient create(Vertx vertx, ClientOptions options, ClientListener listener) {
        return new RepriseClient(vertx, new ClientOptions(options), listener);
    }

    public static RepriseClient create(Vertx vertx, ClientOptions options) {
        return create(vertx, options, new ClientListener() {});
    }

    /** Connects and reconnects automatically. Also restarts a client that was stopped or refused. */
    public RepriseClient start() {
        on(() -> {
            rest.start();
            connection.start();
        });
        return this;
    }

    /** Closes the connection; commands without an answer fail with {@code unavailable}. */
    public Future<Void> stop() {
        Promise<Void> stopped = Promise.promise();
        on(() -> {
            connection.stop();
            rest.stop();
            stopped.complete();
        });
        return stopped.future();
    }

    /** Reconnects at once if the client is waiting, for example because the network came back. */
    public void retryNow() {
        on(connection::retryNow);
    }

    /**
     * Reads a session whenever there is a connection. A session that is read already is read anew.
     *
     * @param cursor of an earlier reading, after which it goes on; null for a snapshot and what follows it
     */
    public Session attach(String session, Cursor cursor, SessionListener listener) {
        Reading reading = connection.reading(session, cursor, new Isolated(listener, this::report));
        on(() -> connection.attach(session, reading));
        return new Session(session, reading, () -> on(() -> connection.detach(session, reading)));
    }

    /**
     * Sends any command of the protocol. A field {@code id} repeats an earlier command whose outcome is unknown. Completes with
     * the frame {@code result}, or fails with a {@link CommandException}.
     */
    public Future<JsonObject> command(String type, JsonObject fields) {
        JsonObject frame = fields.copy().put("type", type);
        if (!frame.containsKey("id")) frame.put("id", UUID.randomUUID().toString());
        return ask(() -> connection.command(frame));
    }

    /** {@code fields}: agent, title, metadata. The result has {@code session} and {@code epoch}. */
    public Future<JsonObject> create(JsonObject fields) {
        return command("create", fields);
    }

    /** The result has {@code message}, {@code status} (started, queued, steered) and perhaps {@code run}. */
    public Future<JsonObject> send(String session, String text) {
        return send(session, text, new JsonObject());
    }

    /** {@code fields}: onBusy (queue, steer, interrupt, rollback, reject), model, parts. */
    public Future<JsonObject> send(String session, String text, JsonObject fields) {
        return command("send", of(session, fields).put("text", text));
    }

    /** {@code fields}: run, scope (run, queued, all). The result has {@code stopped} and {@code unqueued}. */
    public Future<JsonObject> stopRun(String session, JsonObject fields) {
        return command("stop", of(session, fields));
    }

    /**
     * {@code fields}: interrupt; decision (approve, edit, reject, respond; accept, decline, cancel); arguments, content, text.
     * The result has {@code open}, and {@code run} if one resumes.
     */
    public Future<JsonObject> answer(String session, JsonObject fields) {
        return command("answer", of(session, fields));
    }

    /** Removes a queued message. */
    public Future<JsonObject> unqueue(String session, String message) {
        return command("unqueue", of(session, new JsonObject()).put("message", message));
    }

    /** Changes the text of a queued message. */
    public Future<JsonObject> requeue(String session, String message, String text) {
        return command(
                "requeue", of(session, new JsonObject()).put("message", message).put("text", text));
    }

    /** Rewinds to before a user's message, the last by default, and runs again. {@code fields}: message, text, model, checkpoint. */
    public Future<JsonObject> regenerate(String session, JsonObject fields) {
        return command("regenerate", of(session, fields));
    }

    /**
     * Makes a new session from the beginning of another one. {@code fields}: message, the last that it gets, or checkpoint. It
     * is sent with the same key until it is answered. The result has {@code session} and {@code epoch}.
     */
    public Future<JsonObject> fork(String session, JsonObject fields) {
        return ask(() -> rest.fork(session, fields));
    }

    /**
     * Uploads a file to a session, once: after a failure nothing is known of it, and it can be uploaded again. The result has
     * {@code type} and {@code attachment}, for {@code parts} of {@link #send(String, String, JsonObject) send}, and name,
     * mediaType and size.
     *
     * @param name of the file, of which the last 255 characters count
     * @param content at most what the server accepts, see {@code limits.attachments} of its welcome
     */
    public Future<JsonObject> upload(String session, String name, String mediaType, Buffer content) {
        return ask(() -> rest.upload(session, name, mediaType, content));
    }

    private static JsonObject of(String session, JsonObject fields) {
        return fields.copy().put("session", session);
    }

    private Future<JsonObject> ask(Supplier<Future<JsonObject>> command) {
        Promise<JsonObject> answer = Promise.promise();
        on(() -> command.get().onComplete(answer));
        return answer.future();
    }

    private void on(Runnable action) {
        context.runOnContext(nothing -> action.run());
    }

    /** To the handler of the context, which logs it unless the program replaced it. */
    private void report(RuntimeException failure) {
        context.runOnContext(nothing -> {
            throw failure;
        });
    }
}
