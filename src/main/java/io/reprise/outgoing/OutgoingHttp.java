package io.reprise.outgoing;

import io.reprise.config.hook.OutgoingSettings;
import io.reprise.outgoing.OutgoingResult.Answered;
import io.reprise.outgoing.OutgoingResult.Failed;
import io.reprise.outgoing.OutgoingResult.Page;
import io.reprise.outgoing.OutgoingResult.Refused;
import io.reprise.support.Current;
import io.reprise.support.QuietConnections;
import io.reprise.support.StopSignal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls addresses that people typed. A host is looked up once, all its addresses are judged by {@link OutgoingGuard}, and the
 * connection is made to one of these addresses, so that a name which changes its addresses afterwards gains nothing. The same
 * happens again for each redirect. Connections are not kept. Thread-safe.
 */
public final class OutgoingHttp {
    private static final Logger log = LoggerFactory.getLogger(OutgoingHttp.class);
    private static final String NOT_ALLOWED = "The host is not on the list of hosts that may be called.";
    private static final Set<Integer> REDIRECTS_OF_GET = Set.of(301, 302, 303, 307, 308);

    /** These redirects repeat the request as it was; after the others, a request with a body would become another one. */
    private static final Set<Integer> REDIRECTS_OF_ALL = Set.of(307, 308);

    private final HttpClient client;
    private final Names names;
    private final OutgoingGuard guard;
    private final Current<OutgoingSettings> settings;
    private final AtomicInteger underWay = new AtomicInteger();

    public OutgoingHttp(Vertx vertx, Names names, OutgoingGuard guard, Current<OutgoingSettings> settings) {
        this(vertx, names, guard, settings, new HttpClientOptions());
    }

    /** @param options with certificates to be trusted */
    OutgoingHttp(
            Vertx vertx,
            Names names,
            OutgoingGuard guard,
            Current<OutgoingSettings> settings,
            HttpClientOptions options) {
        int connectMs = settings.get().connectMs();
        this.client = vertx.httpClientBuilder()
                .with(options.setConnectTimeout(connectMs)
                        .setSslHandshakeTimeout(connectMs)
                        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setVerifyHost(true)
                        .setKeepAlive(false))
                // Each host has a pool of its own; calls are counted here.
                .with(new PoolOptions().setHttp1MaxSize(10_000))
                .withConnectHandler(QuietConnections::quieten)
                .build();
        this.names = names;
        this.guard = guard;
        this.settings = settings;
    }

    /** Judges URLs before they are called. */
    public OutgoingGuard guard() {
        return guard;
    }

    /** Never fails: what went wrong is part of the result. */
    public Future<OutgoingResult> call(OutgoingCall call) {
        return call(call, null);
    }

    /** As above, with terms of its own; the answer has a {@link OutgoingResult.Page}. */
    public Future<OutgoingResult> call(OutgoingCall call, OutgoingTerms terms) {
        return call(call, terms, new StopSignal());
    }

    /** As above. A stop ends the request at once, wherever it is. */
    public Future<OutgoingResult> call(OutgoingCall call, OutgoingTerms terms, StopSignal stop) {
        OutgoingSettings limits = settings.get();
        if (underWay.incrementAndGet() > limits.atOnceMax()) {
            underWay.decrementAndGet();
            return Future.succeededFuture(new Failed("Too many calls are under way."));
        }
        Attempt attempt = new Attempt(call, limits, terms);
        StopSignal.Registration atStop = stop.onStop(attempt::end);
        return attempt.to(call.url(), 0, null)
                .timeout(terms == null ? limits.timeMs() : terms.timeMs(), TimeUnit.MILLISECONDS)
                .otherwise(OutgoingHttp::failed)
                .onComplete(done -> {
                    underWay.decrementAndGet();
                    atStop.remove();
                    attempt.end();
                });
    }

    public Future<Void> close() {
        return client.close();
    }

    private static OutgoingResult failed(Throwable cause) {
        return new Failed(
                switch (cause) {
                    case UnknownHostException unknown -> "The host is unknown.";
                    case TooLong tooLong -> "The answer is too long.";
                    case SSLException tls -> "No secure connection could be made: " + firstLine(tls);
                    case TimeoutException late -> "There was no answer in time.";
                    case ConnectException refused -> "No connection could be made.";
                    default -> {
                        log.atDebug().setCause(cause).log("outgoing call failed");
                        yield "The connection failed.";
                    }
                });
    }

    private static String firstLine(SSLException cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    /** The body of an answer exceeds the limit. */
    private static final class TooLong extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** One call with its redirects. */
    private final class Attempt {
        private final OutgoingCall call;
        private final OutgoingSettings limits;
        /** Null: those of the settings. */
        private final OutgoingTerms terms;

        private volatile HttpClientRequest request;
        private volatile boolean over;

        Attempt(OutgoingCall call, OutgoingSettings limits, OutgoingTerms terms) {
            this.call = call;
            this.limits = limits;
            this.terms = terms;
        }

        /** Also ends a request that a time limit has left behind. */
        void end() {
            over = true;
            HttpClientRequest last = request;
            if (last != null) last.reset();
        }

        /** @param first the target of the first request; null for that one */
        Future<OutgoingResult> to(String url, int redirects, Target first) {
            return switch (Target.of(url)) {
                case Target.Read.Bad bad -> Future.succeededFuture(new Refused(bad.reason()));
                case Target.Read.Good good -> {
                    Target target = good.target();
                    if (first != null && first.tls() && !target.tls()) {
                        yield Future.succeededFuture(new Refused("It redirects to an address without TLS."));
                    }
                    if (terms != null && !terms.hosts().allows(target.host())) {
                        yield Future.succeededFuture(new Refused(NOT_ALLOWED));
                    }
                    yield addresses(target).compose(addresses -> {
                        Optional<String> fault = fault(target, addresses);
                        if (fault.isPresent()) return Future.succeededFuture(new Refused(fault.get()));
                        return send(target, addresses, 0, first == null || target.hasSameOrigin(first))
                                .compose(response ->
                                        answered(response, target, redirects, first == null ? target : first));
                    });
                }
            };
        }

        private Optional<String> fault(Target target, List<InetAddress> addresses) {
            boolean named = terms == null || terms.hosts().names(target.host());
            return named ? guard.fault(target, addresses) : guard.faultOfPublic(target, addresses);
        }

        private Future<List<InetAddress>> addresses(Target target) {
            return target.literal() == null
                    ? names.addresses(target.host())
                    : Future.succeededFuture(List.of(target.literal()));
        }

        /** To the first of the judged addresses that can be connected to. */
        private Future<HttpClientResponse> send(Target target, List<InetAddress> addresses, int index, boolean own) {
            if (over) return Future.failedFuture(new TimeoutException());
            return client.request(options(target, addresses.get(index), own))
                    .recover(cause -> cause instanceof ConnectException && index + 1 < addresses.size()
                            ? Future.failedFuture(new Next())
                            : Future.failedFuture(cause))
                    .compose(ready -> {
                        request = ready;
                        // On the event loop of the connection, before any part of the body can arrive. What follows may
                        // run later, on
                        // another thread.
                        Future<HttpClientResponse> response = ready.response().map(HttpClientResponse::pause);
                        if (over) ready.reset();
                        else if (call.body() == null) ready.send();
                        else ready.send(Buffer.buffer(call.body()));
                        return response;
                    })
                    .recover(cause -> cause instanceof Next
                            ? send(target, addresses, index + 1, own)
                            : Future.failedFuture(cause));
        }

        private RequestOptions options(Target target, InetAddress address, boolean own) {
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.valueOf(call.method()))
                    .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(address, target.port())))
                    .setHost(target.authority())
                    .setPort(target.port())
                    .setSsl(target.tls())
                    .setURI(target.path())
                    .setFollowRedirects(false);
            call.headers().forEach(options::putHeader);
            if (own) call.secretHeaders().forEach(options::putHeader);
            return options;
        }

        private Future<OutgoingResult> answered(
                HttpClientResponse response, Target target, int redirects, Target first) {
            String location = response.getHeader("Location");
            boolean follows = call.method().equals("GET")
                    ? REDIRECTS_OF_GET.contains(response.statusCode())
                    : REDIRECTS_OF_ALL.contains(response.statusCode());
            if (!follows || location == null || limits.redirectsMax() == 0) return body(response, target);
            response.exceptionHandler(cut -> {}); // by us: its body is of no interest
            request.reset();
            if (redirects >= limits.redirectsMax()) {
                return Future.succeededFuture(new Failed("It redirects too often."));
            }
            try {
                return to(URI.create(target.url()).resolve(location).toString(), redirects + 1, first);
            } catch (IllegalArgumentException e) {
                return Future.succeededFuture(new Refused("It redirects to what is no URL."));
            }
        }

        private Future<OutgoingResult> body(HttpClientResponse response, Target target) {
            String retryAfter = response.getHeader("Retry-After");
            if (!call.readsAnswer()) {
                response.exceptionHandler(cut -> {}); // by us, before its end
                return Future.succeededFuture(new Answered(response.statusCode(), "", retryAfter, null));
            }
            if (terms != null) return page(response, target, retryAfter);
            Promise<OutgoingResult> whole = Promise.promise();
            Buffer body = Buffer.buffer();
            response.exceptionHandler(whole::tryFail);
            response.handler(part -> {
                if (body.length() + part.length() <= limits.responseBytesMax()) body.appendBuffer(part);
                else whole.tryFail(new TooLong());
            });
            response.endHandler(
                    end -> whole.tryComplete(new Answered(response.statusCode(), body.toString(), retryAfter, null)));
            response.resume();
            return whole.future();
        }

        /** Reads as much as the terms allow. */
        private Future<OutgoingResult> page(HttpClientResponse response, Target target, String retryAfter) {
            Promise<OutgoingResult> whole = Promise.promise();
            Buffer body = Buffer.buffer();
            String type = response.getHeader("Content-Type");
            response.exceptionHandler(whole::tryFail);
            response.handler(part -> {
                int room = terms.bytesMax() - body.length();
                body.appendBuffer(part, 0, Math.min(room, part.length()));
                if (part.length() <= room) return;
                Page cut = new Page(target.url(), type, body, true);
                if (whole.tryComplete(new Answered(response.statusCode(), "", retryAfter, cut))) request.reset();
            });
            response.endHandler(end -> whole.tryComplete(
                    new Answered(response.statusCode(), "", retryAfter, new Page(target.url(), type, body, false))));
            response.resume();
            return whole.future();
        }
    }

    /** This address cannot be connected to, but there are others. */
    private static final class Next extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
