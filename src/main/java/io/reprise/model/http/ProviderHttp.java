package io.reprise.model.http;

import io.reprise.config.model.Connection;
import io.reprise.support.QuietConnections;
import io.reprise.support.StopSignal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.concurrent.TimeUnit;

/** The HTTP client for all model providers; one per node. */
public final class ProviderHttp {
    /**
     * Shorter than the time that providers and their proxies keep an idle connection, so that this client closes it
     * first.
     */
    private static final int KEEP_ALIVE_S = 20;

    /**
     * Added to the connection timeout for the TLS handshake, so that a slow handshake is reported as a timeout and not
     * as a failed handshake.
     */
    private static final int HANDSHAKE_MS_MORE = 1_000;

    private final HttpClient client;
    private final Limits limits;
    private final ProviderAddresses addresses;

    /**
     * @param connectMs longest wait for a connection, also while all are in use
     * @param bytesMax size limit of one response
     */
    record Limits(int connectMs, int bytesMax) {}

    /** @param addresses which ones are called */
    public ProviderHttp(Vertx vertx, Connection settings, ProviderAddresses addresses) {
        this.addresses = addresses;
        limits = new Limits(settings.connectMs(), settings.responseBytesMax());
        client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setConnectTimeout(settings.connectMs())
                        .setKeepAliveTimeout(KEEP_ALIVE_S)
                        .setSslHandshakeTimeout(settings.connectMs() + HANDSHAKE_MS_MORE)
                        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setVerifyHost(true))
                .with(new PoolOptions()
                        .setHttp1MaxSize(settings.connectionsMax())
                        .setMaxWaitQueueSize(settings.connectionsMax()))
                .withConnectHandler(QuietConnections::quieten)
                .build();
    }

    /** Creates a call. {@code stop} cancels it at any time. Close it when its response has been read. */
    public Exchange exchange(StopSignal stop) {
        return exchange(stop, null);
    }

    /**
     * As above.
     *
     * @param trace its {@code traceparent}, or null
     */
    public Exchange exchange(StopSignal stop, String trace) {
        return new Exchange(client, limits, addresses, stop, trace);
    }

    /** Closes all connections. */
    public Future<Void> close() {
        return client.close();
    }
}
