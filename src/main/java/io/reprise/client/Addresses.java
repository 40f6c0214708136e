package io.reprise.client;

import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;

/** From an address to what Vert.x connects to. */
final class Addresses {
    private Addresses() {}

    /** The same server's REST interface. */
    static RequestOptions request(URI url, String uri) {
        return new RequestOptions()
                .setHost(host(url))
                .setPort(port(url))
                .setSsl(isSecure(url))
                .setURI(uri);
    }

    static WebSocketConnectOptions of(URI url) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/ws" : url.getRawPath();
        return new WebSocketConnectOptions()
                .setHost(host(url))
                .setPort(port(url))
                .setSsl(isSecure(url))
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery());
    }

    private static boolean isSecure(URI url) {
        return url.getScheme().equals("wss");
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : isSecure(url) ? 443 : 80;
    }

    private static String host(URI url) {
        return url.getHost().replaceAll("[\\[\\]]", "");
    }
}
