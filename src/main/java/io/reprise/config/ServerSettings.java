package io.reprise.config;

import io.reprise.config.read.Section;
import io.reprise.support.AddressRanges;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Settings of listening addresses, and limits of sockets.
 *
 * @param publicUrl the origin that people type in their browsers
 */
public record ServerSettings(
        String host,
        int port,
        List<String> origins,
        Optional<URI> publicUrl,
        List<String> trustedProxies,
        int connectionsMax,
        int frameBytesMax,
        int outboxBytesMax,
        int stallMs,
        int helloMs,
        int beatMs,
        int commentMs,
        int silenceMs,
        int sendBufferBytes,
        int gateways,
        int subscriptionsMax,
        String managementHost,
        int managementPort,
        Path webroot,
        boolean builtPage) {

    /** An origin as browsers send it: without a path or a trailing slash. */
    private static final Pattern ORIGIN = Pattern.compile("https?://(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:[0-9]{1,5})?");

    public ServerSettings {
        origins = List.copyOf(origins);
        trustedProxies = List.copyOf(trustedProxies);
    }

    static ServerSettings read(Section section) {
        Section live = section.live();
        return new ServerSettings(
                section.text("host", "127.0.0.1"),
                section.integer("port", 8080, 0, 65_535),
                section.list(
                        "origins",
                        "an origin such as https://app.example.org",
                        text -> ORIGIN.matcher(text).matches()),
                publicUrl(section),
                section.list("trustedProxies", "an address or a range such as 10.0.0.0/8", AddressRanges::isRange),
                live.integer("connectionsMax", 10_000, 1, 1_000_000),
                section.integer("frameBytesMax", 1_048_576, 1_024, 16_777_216),
                live.integer("outboxBytesMax", 262_144, 16_384, 67_108_864),
                section.integer("stallMs", 10_000, 100, 600_000),
                section.integer("helloMs", 10_000, 100, 60_000),
                section.integer("beatMs", 25_000, 100, 300_000),
                section.integer("commentMs", 15_000, 100, 300_000),
                section.integer("silenceMs", 60_000, 500, 600_000),
                section.integer("sendBufferBytes", 262_144, 0, 67_108_864),
                section.integer("gateways", 0, 0, 64),
                live.integer("subscriptionsMax", 200, 1, 10_000),
                section.text("managementHost", "127.0.0.1"),
                section.integer("managementPort", 0, 0, 65_535),
                section.path("webroot", "webroot"),
                section.bool("builtPage", true));
    }

    private static Optional<URI> publicUrl(Section section) {
        String url = section.text(
                "publicUrl",
                "",
                "an origin such as https://chat.example.org, without a path",
                text -> text.isEmpty() || ORIGIN.matcher(text).matches());
        return url.isEmpty() ? Optional.empty() : Optional.of(URI.create(url));
    }

    /** Whose pages may connect: {@code origins}, and the public address. */
    public List<String> allowedOrigins() {
        List<String> allowed = new ArrayList<>(origins);
        publicUrl.map(URI::toString).filter(url -> !allowed.contains(url)).ifPresent(allowed::add);
        return List.copyOf(allowed);
    }

    /** With further origins whose pages may connect. */
    ServerSettings alsoFrom(List<String> more) {
        List<String> all = new ArrayList<>(origins);
        more.stream().filter(origin -> !all.contains(origin)).forEach(all::add);
        return new ServerSettings(
                host,
                port,
                all,
                publicUrl,
                trustedProxies,
                connectionsMax,
                frameBytesMax,
                outboxBytesMax,
                stallMs,
                helloMs,
                beatMs,
                commentMs,
                silenceMs,
                sendBufferBytes,
                gateways,
                subscriptionsMax,
                managementHost,
                managementPort,
                webroot,
                builtPage);
    }

    /** Whether only this machine can connect. Decided by the text alone, without a DNS lookup. */
    public boolean isLoopback() {
        return isLoopback(host);
    }

    /** As {@link #isLoopback}, for the management port. */
    public boolean isManagementLoopback() {
        return isLoopback(managementHost);
    }

    private static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.matches("127(\\.[0-9]{1,3}){3}")
                || name.equals("::1")
                || name.equals("0:0:0:0:0:0:0:1");
    }
}
