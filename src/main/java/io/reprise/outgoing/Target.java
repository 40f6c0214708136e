package io.reprise.outgoing;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A URL that has one meaning only: for every spelling that programs read differently, such as {@code http://0x7f.1} or a user
 * name before the host, {@link #of} gives the reason why it is refused.
 *
 * @param host in lower case, without the dot at its end; an IPv6 address without brackets
 * @param literal the address, if the host is one; else null
 * @param path with the query, at least {@code /}
 */
record Target(boolean tls, String host, InetAddress literal, int port, String path) {
    private static final int URL_CHARS_MAX = 2_048;
    private static final int HOST_CHARS_MAX = 253;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int PORT_MAX = 65_535;

    /** Ports below this belong to other protocols, except those of HTTP. */
    private static final int FREE_PORTS_FROM = 1_024;

    private static final Pattern ADDRESS = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    /** A URL was read, or there is a reason why not. */
    sealed interface Read {
        record Good(Target target) implements Read {}

        /** @param reason a sentence for people */
        record Bad(String reason) implements Read {}
    }

    static Read of(String url) {
        if (url.length() > URL_CHARS_MAX)
            return new Read.Bad("The URL is longer than " + URL_CHARS_MAX + " characters.");
        try {
            return of(new URI(url));
        } catch (URISyntaxException e) {
            return new Read.Bad("This is not a URL such as https://example.org/path.");
        }
    }

    private static Read of(URI url) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (!List.of("http", "https").contains(scheme))
            return new Read.Bad("The URL must begin with http:// or https://.");
        if (url.getRawUserInfo() != null) return new Read.Bad("The URL must not contain a user name.");
        if (url.getHost() == null) return new Read.Bad("The URL has no host that can be called.");
        boolean tls = scheme.equals("https");
        int port = url.getPort() == -1 ? tls ? HTTPS : HTTP : url.getPort();
        if (port < 1 || port > PORT_MAX) return new Read.Bad("The URL has a port that does not exist.");
        String path = (url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath())
                + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
        if (!path.chars().allMatch(c -> c > ' ' && c < 0x7f))
            return new Read.Bad("The URL has characters that must be escaped.");
        String host = url.getHost().toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) return v6(host.substring(1, host.length() - 1), tls, port, path);
        return named(host.endsWith(".") ? host.substring(0, host.length() - 1) : host, tls, port, path);
    }

    private static Read v6(String host, boolean tls, int port, String path) {
        if (host.contains("%")) return new Read.Bad("The URL names a network interface.");
        Optional<InetAddress> address = literal(host);
        // An address that stands for one of IPv4 is turned into it.
        if (address.isEmpty() || address.get().getAddress().length == 4)
            return new Read.Bad("The URL has an address that cannot be called.");
        return new Read.Good(new Target(tls, address.get().getHostAddress(), address.get(), port, path));
    }

    private static Read named(String host, boolean tls, int port, String path) {
        if (ADDRESS.matcher(host).matches()) {
            Optional<InetAddress> address = literal(host);
            if (address.isPresent()) return new Read.Good(new Target(tls, host, address.get(), port, path));
        }
        boolean likeAddress =
                NUMBER.matcher(host.substring(host.lastIndexOf('.') + 1)).matches();
        if (likeAddress) return new Read.Bad("The URL has an address in a spelling that is not accepted.");
        if (host.length() > HOST_CHARS_MAX || !NAME.matcher(host).matches()) {
            return new Read.Bad("The URL has no host that can be called.");
        }
        return new Read.Good(new Target(tls, host, null, port, path));
    }

    /** Only of texts that are addresses, because everything else would be looked up. */
    private static Optional<InetAddress> literal(String address) {
        try {
            for (String part : address.split("\\.")) {
                if (!address.contains(":") && Integer.parseInt(part) > 255) return Optional.empty();
            }
            return Optional.of(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    boolean hasUsualPort() {
        return port == HTTP || port == HTTPS || port >= FREE_PORTS_FROM;
    }

    boolean hasSameOrigin(Target other) {
        return tls == other.tls && host.equals(other.host) && port == other.port;
    }

    /** The host as it is written in a URL. */
    String authority() {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    String url() {
        boolean usual = port == (tls ? HTTPS : HTTP);
        return (tls ? "https://" : "http://") + authority() + (usual ? "" : ":" + port) + path;
    }
}
