package io.reprise.gateway.page;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code /image?src=URL}: a document with one image of another host, for a frame of the page. The reader asked for it; the
 * server reads nothing from that host. Its content security policy allows images of that host only, so that the policy
 * of the page can remain strict.
 */
final class ImageFrames {
    private static final int ADDRESS_CHARS_MAX = 2_000;
    private static final int WORDS_CHARS_MAX = 300;
    private static final Pattern HOST = Pattern.compile("[a-z0-9_.-]{1,253}|\\[[0-9a-f:.]{2,45}]");

    private ImageFrames() {}

    static void mountOn(Router router) {
        router.get("/image").handler(ImageFrames::answer);
    }

    private static void answer(RoutingContext context) {
        HttpServerResponse response = context.response();
        Optional<URI> address = address(context.request().getParam("src"));
        if (address.isEmpty()) {
            response.setStatusCode(400)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .end("src must be an address that begins with https://.");
            return;
        }
        String words = Optional.ofNullable(context.request().getParam("alt")).orElse("");
        response.putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .putHeader("Content-Security-Policy", policy(address.get()))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(document(address.get(), words.substring(0, Math.min(words.length(), WORDS_CHARS_MAX))));
    }

    /** Empty if the address is not one of an image that may be shown. */
    static Optional<URI> address(String source) {
        if (source == null || source.length() > ADDRESS_CHARS_MAX) return Optional.empty();
        try {
            URI address = new URI(source);
            boolean taken = "https".equalsIgnoreCase(address.getScheme())
                    && address.getRawUserInfo() == null
                    && address.getHost() != null
                    && HOST.matcher(IDN.toASCII(address.getHost()).toLowerCase(Locale.ROOT))
                            .matches();
            return taken ? Optional.of(address) : Optional.empty();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The frame has no origin, may run only its own script, and may contact only that host. */
    private static String policy(URI address) {
        String port = address.getPort() < 0 ? "" : ":" + address.getPort();
        return String.join(
                "; ",
                "default-src 'none'",
                "img-src https://" + address.getHost() + port,
                "script-src 'self'",
                "style-src 'self'",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'self'",
                "sandbox allow-scripts");
    }

    private static String document(URI address, String words) {
        return """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="referrer" content="no-referrer">
                <title>Image</title>
                <link rel="stylesheet" href="/css/image-frame.css">
                <img src="%s" alt="%s">
                <script src="/js/image-frame.js"></script>
                </html>
                """.formatted(escaped(address.toASCIIString()), escaped(words));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
