package io.reprise.client;

import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;

/** From an address to what Vert.x connects to. */
final class Addresses {
    private Addresses() {}

    static WebSocketConnectOptions of(URI url) {
        boolean secure = url.getScheme().equals("wss");
        int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/ws" : url.getRawPath();
        return new WebSocketConnectOptions()
                .setHost(url.getHost().replaceAll("[\\[\\]]", ""))
                .setPort(port)
                .setSsl(secure)
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery());
    }
}
