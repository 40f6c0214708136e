package io.reprise.model.provider;

import io.reprise.testing.Patience;
import io.reprise.testing.SelfSigned;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A provider that speaks a real API, on a free port. A test takes each call and says piece by piece what
 * is answered, or gives a script for all calls.
 */
public final class FakeProvider implements AutoCloseable {
    private static final long PATIENCE_S = Patience.LIMIT.toSeconds();

    public final Wire wire;
    public final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Vertx vertx;
    private final HttpServer server;
    private final BlockingQueue<Call> waiting = new LinkedBlockingQueue<>();
    private final AtomicReference<Consumer<FakeAnswer>> script = new AtomicReference<>();

    /** The request, how to answer it, and whether the client is still connected. */
    public record Call(String uri, MultiMap headers, JsonObject body, FakeAnswer answer, CountDownLatch gone) {
        /** Waits until the client has ended the call or the connection. */
        public void awaitGone() throws InterruptedException {
            if (!gone.await(PATIENCE_S, TimeUnit.SECONDS)) throw new AssertionError("the call goes on upstream");
        }

        public boolean isGone() {
            return gone.getCount() == 0;
        }
    }

    private final boolean secure;

    private FakeProvider(Wire wire, HttpServerOptions options) {
        this.wire = wire;
        this.secure = options.isSsl();
        this.vertx = Vertx.vertx();
        this.server = vertx.createHttpServer(options)
                .requestHandler(this::asked)
                .listen(0, "127.0.0.1")
                .await();
    }

    public static FakeProvider start(Wire wire) {
        return new FakeProvider(wire, new HttpServerOptions());
    }

    /** Over TLS, with an untrusted certificate. */
    public static FakeProvider startSecure(Wire wire) {
        return new FakeProvider(wire, new HttpServerOptions().setSsl(true).setKeyCertOptions(SelfSigned.keyStore()));
    }

    /** Answers every further call immediately. */
    public FakeProvider answering(Consumer<FakeAnswer> answers) {
        script.set(answers);
        return this;
    }

    /** The next call that was made. */
    public Call take() throws InterruptedException {
        Call call = waiting.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (call == null) throw new AssertionError("the provider was not called");
        return call;
    }

    public int port() {
        return server.actualPort();
    }

    public String url() {
        return (secure ? "https://localhost:" : "http://127.0.0.1:") + port() + wire.basePath();
    }

    private void asked(HttpServerRequest request) {
        CountDownLatch gone = new CountDownLatch(1);
        request.connection().closeHandler(nothing -> gone.countDown());
        request.body().onSuccess(body -> {
            FakeAnswer answer = wire.answer(request);
            Call call = new Call(request.uri(), request.headers(), body.toJsonObject(), answer, gone);
            calls.add(call);
            Consumer<FakeAnswer> scripted = script.get();
            if (scripted == null) waiting.add(call);
            else scripted.accept(answer);
        });
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
