package io.reprise.gateway.access;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/** Allowed web origins: the server's own, and those of the settings. Clients other than browsers send no Origin. */
public final class OriginPolicy {
    private final List<String> others;

    public OriginPolicy(List<String> others) {
        this.others = others;
    }

    /** The origins in the settings. */
    List<String> others() {
        return others;
    }

    /** Whether the request has an allowed Origin. */
    boolean vouchesFor(HttpServerRequest request) {
        return request.getHeader(HttpHeaders.ORIGIN) != null && allows(request);
    }

    public boolean allows(HttpServerRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return origin == null || others.contains(origin) || isOwn(origin, request.authority());
    }

    private static boolean isOwn(String origin, HostAndPort host) {
        if (host == null) return false;
        try {
            URI page = URI.create(origin);
            if (page.getHost() == null) return false;
            int usual = "https".equals(page.getScheme()) ? 443 : 80;
            return page.getHost().equalsIgnoreCase(host.host())
                    && port(page.getPort(), usual) == port(host.port(), usual);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int port(int given, int usual) {
        return given < 0 ? usual : given;
    }

    /** Whether the request used a loopback host name; a page with DNS rebinding did not. */
    public static boolean calledByLoopbackName(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        if (authority == null) return false;
        String host = authority.host().toLowerCase(Locale.ROOT);
        return host.equals("localhost") || host.matches("127(\\.[0-9]{1,3}){3}") || host.equals("[::1]");
    }
}
