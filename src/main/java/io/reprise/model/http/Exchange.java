package io.reprise.model.http;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import io.reprise.model.http.ProviderAddresses.RefusedException;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.telemetry.trace.TraceParent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * One call to a provider. The caller's (virtual) thread sends the request, waits for the response and passes on its
 * events, so a slow reader slows down the provider. {@link #cancel} ends the call in any state: while it waits for a
 * connection, before the first byte and during the response.
 */
public final class Exchange implements HttpClient, AutoCloseable {
    private final io.vertx.core.http.HttpClient client;
    private final ProviderHttp.Limits limits;
    private final ProviderAddresses addresses;
    private final String trace;
    private final CompletableFuture<HttpClientResponse> head = new CompletableFuture<>();
    private final ResponseBody body;
    private final StopSignal.Registration atStop;
    private volatile HttpClientRequest request;
    private volatile boolean cancelled;
    private StreamWatch watch;

    Exchange(
            io.vertx.core.http.HttpClient client,
            ProviderHttp.Limits limits,
            ProviderAddresses addresses,
            StopSignal stop,
            String trace) {
        this.client = client;
        this.limits = limits;
        this.addresses = addresses;
        this.trace = trace;
        this.body = new ResponseBody(limits.bytesMax(), this::leave);
        this.atStop = stop.onStop(this::cancel);
    }

    /**
     * Cancels the call immediately; threads that wait for it get an error. Thread-safe. Has no effect after the end of
     * the call.
     */
    public void cancel() {
        cancelled = true;
        head.completeExceptionally(new StoppedException());
        boolean over = body.isEnded();
        body.fail(new StoppedException());
        HttpClientRequest sent = request;
        if (sent != null && !over) {
            sent.reset();
            body.discard();
        }
    }

    /** Whether the provider marked its stream as complete; for the thread that reads it. */
    public boolean isMarkedComplete() {
        return watch != null && watch.isComplete();
    }

    @Override
    public void close() {
        atStop.remove();
        leave();
    }

    /**
     * Called when the rest of the response is not needed: the end of a complete response may still arrive, otherwise
     * the call is cancelled.
     */
    private void leave() {
        if (body.isEnded()) return;
        if (!cancelled && watch != null && watch.isComplete()) body.awaitEnd(this::cancel);
        else cancel();
    }

    /** Returns when the response has been read to its end, has failed or was cancelled. */
    @Override
    public void execute(HttpRequest wanted, ServerSentEventParser parser, ServerSentEventListener listener) {
        try {
            if (cancelled) throw new StoppedException();
            send(wanted);
            HttpClientResponse response = head.get();
            if (response.statusCode() / 100 == 2) read(response, wanted, parser, listener);
            else listener.onError(refused(response, wanted));
        } catch (StoppedException | RefusedException e) {
            listener.onError(e);
        } catch (ExecutionException e) {
            listener.onError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cancel();
            listener.onError(e);
        }
    }

    /** @throws UnsupportedOperationException always, because responses are streamed */
    @Override
    public SuccessfulHttpResponse execute(HttpRequest wanted) {
        throw new UnsupportedOperationException("answers are streamed");
    }

    private void send(HttpRequest wanted) {
        // Before a connection, which may take its time to fail. What a name stands for shows when it is connected.
        if (addresses.refuses(URI.create(wanted.url()).getHost())) throw new RefusedException();
        RequestOptions options = new RequestOptions()
                .putHeader(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY)
                .setAbsoluteURI(wanted.url())
                .setMethod(HttpMethod.valueOf(wanted.method().name()))
                .setConnectTimeout(limits.connectMs());
        wanted.headers().forEach((name, values) -> values.forEach(value -> options.addHeader(name, value)));
        if (trace != null) options.putHeader(TraceParent.HEADER, trace);
        Buffer content = Buffer.buffer(wanted.body());
        client.request(options).onComplete(ready -> send(ready, content), head::completeExceptionally);
    }

    /** Runs on the event loop of the connection, so that no response can arrive before its handler is set. */
    private void send(HttpClientRequest ready, Buffer content) {
        ready.exceptionHandler(head::completeExceptionally);
        ready.response().onComplete(this::answered, head::completeExceptionally);
        request = ready;
        boolean refused = isRefused(ready);
        if (refused) head.completeExceptionally(new RefusedException());
        if (cancelled || refused) ready.reset(); // The stop came before there was a request to reset.
        else ready.send(content);
    }

    /** By the address that is connected, so that no answer of a name server comes between. Nothing was sent yet. */
    private boolean isRefused(HttpClientRequest ready) {
        SocketAddress peer = ready.connection().remoteAddress(true);
        return peer != null && addresses.refuses(peer.hostAddress());
    }

    /** Runs on the event loop, before any part of the body can arrive. */
    private void answered(HttpClientResponse response) {
        body.takeFrom(response);
        if (cancelled) body.discard(); // The stop came before there was a response to discard.
        head.complete(response);
    }

    private void read(
            HttpClientResponse response,
            HttpRequest wanted,
            ServerSentEventParser parser,
            ServerSentEventListener listener) {
        Secrets secrets = Secrets.of(wanted);
        watch = new StreamWatch(listener, secrets, body::endHere);
        listener.onOpen(SuccessfulHttpResponse.builder()
                .statusCode(response.statusCode())
                .headers(Map.of())
                .build());
        parser.parse(body, watch);
        // Some providers report an error with a status of success.
        if (!watch.isBegun()) {
            ProviderError.ofEvent(secrets.masked(body.beginningRead())).ifPresent(watch::onError);
        }
        watch.parsed();
    }

    private ProviderError refused(HttpClientResponse response, HttpRequest wanted) throws InterruptedException {
        return ProviderError.ofResponse(
                response.statusCode(),
                RetryHint.afterMs(response.headers()),
                Secrets.of(wanted).masked(body.beginning()));
    }
}
