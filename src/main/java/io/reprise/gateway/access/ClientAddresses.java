package io.reprise.gateway.access;

import io.reprise.support.AddressRanges;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Determines the client's address of a request. {@code X-Forwarded-For} and {@code Forwarded} are trusted only as far
 * as trusted proxies wrote them: the last address that is not a trusted proxy is the client's.
 */
public final class ClientAddresses {
    private static final Pattern FORWARDED_FOR = Pattern.compile("(?i)\\bfor=\"?([^\";,\\s]+)");
    private static final Pattern PORT_BEHIND_V4 = Pattern.compile("([0-9.]+):[0-9]+");
    private static final Pattern BRACKETS = Pattern.compile("\\[([^\\]]*)](:[0-9]+)?");
    private static final Set<String> PROXY_HEADERS = Set.of("forwarded", "via", "x-real-ip");
    private static final int HOPS_MAX = 32;

    private final AddressRanges proxies;

    public ClientAddresses(List<String> trustedProxies) {
        this.proxies = AddressRanges.of(trustedProxies);
    }

    /** A proxy's own address is marked, so that an exemption of the local machine does not apply to its clients. */
    String of(HttpServerRequest request) {
        String peer = peer(request.remoteAddress());
        String address = of(peer, hops(request));
        return address.equals(peer) && !isDirect(request) ? "proxy " + peer : address;
    }

    /** The address of a connection without a request; null for a trusted proxy. */
    public String ofPeer(SocketAddress remote) {
        String peer = peer(remote);
        return proxies.contains(peer) ? null : peer;
    }

    private static String peer(SocketAddress remote) {
        return remote == null || remote.hostAddress() == null ? "unknown" : remote.hostAddress();
    }

    /**
     * Whether the request shows no sign of a proxy. Most proxies add a header; those that do not often use HTTP/1.0
     * (nginx by default), which browsers do not.
     */
    boolean isDirect(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_1_0 || proxies.contains(peer(request.remoteAddress()))) return false;
        return request.headers().names().stream().noneMatch(ClientAddresses::isOfProxies);
    }

    /**
     * For a server on a loopback address: whether the caller is on this machine and is not a web page that uses DNS
     * rebinding.
     */
    public boolean isOfThisMachine(HttpServerRequest request) {
        return isDirect(request) && OriginPolicy.calledByLoopbackName(request);
    }

    private static boolean isOfProxies(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return name.startsWith("x-forwarded") || PROXY_HEADERS.contains(name);
    }

    /** @param hops addresses as noted by the proxies, the nearest last */
    String of(String peer, List<String> hops) {
        String address = peer;
        for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - HOPS_MAX); i--) {
            if (!proxies.contains(address)) return address;
            String hop = bare(hops.get(i));
            if (!AddressRanges.isAddress(hop)) return address;
            address = hop;
        }
        return address;
    }

    private static List<String> hops(HttpServerRequest request) {
        List<String> hops = new ArrayList<>();
        for (String header : request.headers().getAll("X-Forwarded-For")) hops.addAll(List.of(header.split(",")));
        if (!hops.isEmpty()) return hops;
        for (String header : request.headers().getAll("Forwarded")) {
            Matcher hop = FORWARDED_FOR.matcher(header);
            while (hop.find()) hops.add(hop.group(1));
        }
        return hops;
    }

    /** Removes blanks, brackets and the port. */
    private static String bare(String hop) {
        String text = hop.strip();
        Matcher v6 = BRACKETS.matcher(text);
        if (v6.matches()) return v6.group(1);
        Matcher v4 = PORT_BEHIND_V4.matcher(text);
        return v4.matches() ? v4.group(1) : text;
    }
}
