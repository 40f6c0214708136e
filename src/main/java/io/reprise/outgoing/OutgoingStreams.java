package io.reprise.outgoing;

import io.reprise.support.QuietConnections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Requests to one server whose responses are read while they arrive. Each request goes through the same guard as those of
 * {@link OutgoingHttp}: its host is looked up, all addresses are judged, and the connection is made to one of them.
 * Connections are kept and reused. Redirects are followed within the same origin only, because the requests carry
 * credentials. Thread-safe.
 */
public final class OutgoingStreams {
    private static final Set<Integer> REDIRECTS = Set.of(307, 308);
    private static final int REDIRECTS_MAX = 3;

    private final HttpClient client;
    private final Names names;
    private final OutgoingGuard guard;
    private final int connectMs;

    /**
     * @param connectMs longest wait for a connection, also while TLS is agreed on or all connections are in use
     * @param connectionsMax connections to the server; further requests wait
     * @param verifyTls whether the certificate of the server must be valid
     */
    public record Options(int connectMs, int connectionsMax, boolean verifyTls) {}

    /** @param body null for none */
    public record Request(String method, String url, Map<String, String> headers, String body) {
        public Request {
            headers = Map.copyOf(headers);
        }
    }

    public OutgoingStreams(Vertx vertx, Names names, OutgoingGuard guard, Options options) {
        this.names = names;
        this.guard = guard;
        this.connectMs = options.connectMs();
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setConnectTimeout(connectMs)
                        .setSslHandshakeTimeout(connectMs)
                        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setTrustAll(!options.verifyTls())
                        .setVerifyHost(options.verifyTls()))
                .with(new PoolOptions()
                        .setHttp1MaxSize(options.connectionsMax())
                        .setMaxWaitQueueSize(options.connectionsMax()))
                .withConnectHandler(QuietConnections::quieten)
                .build();
    }

    /** Sends a request. Does not block; whatever goes wrong is reported where the response is read. */
    public OutgoingStream open(Request request) {
        OutgoingStream stream = new OutgoingStream();
        to(request, request.url(), 0, stream);
        return stream;
    }

    /** Closes all connections. */
    public Future<Void> close() {
        return client.close();
    }

    private void to(Request request, String url, int redirects, OutgoingStream stream) {
        switch (Target.of(url)) {
            case Target.Read.Bad bad -> stream.fail(new RefusedException(bad.reason()));
            case Target.Read.Good good ->
                addresses(good.target())
                        .onFailure(stream::fail)
                        .onSuccess(found -> judged(request, good.target(), found, redirects, stream));
        }
    }

    private Future<List<InetAddress>> addresses(Target target) {
        return target.literal() == null
                ? names.addresses(target.host())
                : Future.succeededFuture(List.of(target.literal()));
    }

    private void judged(
            Request request, Target target, List<InetAddress> addresses, int redirects, OutgoingStream stream) {
        Optional<String> fault = guard.fault(target, addresses);
        if (fault.isPresent()) stream.fail(new RefusedException(fault.get()));
        else connect(request, target, addresses, redirects, stream);
    }

    /** To the first of the judged addresses that can be connected to. */
    private void connect(
            Request request, Target target, List<InetAddress> addresses, int redirects, OutgoingStream stream) {
        client.request(options(request, target, addresses.getFirst()))
                .onSuccess(ready -> send(ready, request, target, redirects, stream))
                .onFailure(cause -> {
                    if (cause instanceof ConnectException && addresses.size() > 1) {
                        connect(request, target, addresses.subList(1, addresses.size()), redirects, stream);
                    } else {
                        stream.fail(cause);
                    }
                });
    }

    private RequestOptions options(Request request, Target target, InetAddress address) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(request.method()))
                .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, target.port())))
                .setHost(target.authority())
                .setPort(target.port())
                .setSsl(target.tls())
                .setURI(target.path())
                .setConnectTimeout(connectMs)
                .setFollowRedirects(false);
        request.headers().forEach(options::putHeader);
        return options;
    }

    /** Runs on the event loop of the connection, so that no response can arrive before its handler is set. */
    private void send(HttpClientRequest ready, Request request, Target target, int redirects, OutgoingStream stream) {
        ready.exceptionHandler(stream::fail);
        ready.response().onFailure(stream::fail).onSuccess(response -> {
            String location = response.getHeader("Location");
            if (!REDIRECTS.contains(response.statusCode()) || location == null) {
                stream.answered(response);
                return;
            }
            ready.reset();
            redirected(request, target, location, redirects, stream);
        });
        if (!stream.sendsWith(ready)) return;
        if (request.body() == null) ready.send();
        else ready.send(Buffer.buffer(request.body()));
    }

    private void redirected(Request request, Target from, String location, int redirects, OutgoingStream stream) {
        String url = resolved(from, location);
        boolean same = url != null
                && Target.of(url) instanceof Target.Read.Good good
                && good.target().hasSameOrigin(from);
        if (!same) stream.fail(new RefusedException("It redirects to another address; enter that address instead."));
        else if (redirects >= REDIRECTS_MAX) stream.fail(new RefusedException("It redirects too often."));
        else to(request, url, redirects + 1, stream);
    }

    private static String resolved(Target from, String location) {
        try {
            return URI.create(from.url()).resolve(location).toString();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The guard did not let a request out. The message is a sentence for people. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String reason) {
            super(reason);
        }
    }
}
