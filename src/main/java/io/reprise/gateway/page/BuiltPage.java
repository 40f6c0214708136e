package io.reprise.gateway.page;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The page as the build created it, from the class path and in memory: {@code /} and the files of {@code /assets/},
 * whose names contain a hash of their content.
 */
final class BuiltPage {
    private static final String FOLDER = "/page/";
    private static final String PAGE = "index.html";
    private static final String FOR_EVER = "public, max-age=31536000, immutable";
    private static final String ASK_EACH_TIME = "no-cache";

    /** Matches {@code gzip} unless its quality is 0. */
    private static final Pattern TAKES_GZIP =
            Pattern.compile("(?:^|,)\\s*(?:gzip|\\*)\\s*(?:;\\s*q=(?!0(?:\\.0*)?\\s*(?:,|$))[^,]*)?\\s*(?:,|$)");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "map", "application/json",
            "woff2", "font/woff2");

    private final Map<String, Served> files;

    /**
     * A file.
     *
     * @param compressed null if compression would not help
     */
    private record Served(String type, Buffer content, Buffer compressed, String tag) {}

    private BuiltPage(Map<String, Served> files) {
        this.files = files;
    }

    /** Read once, by whoever asks first. */
    private static final class Found {
        static final Optional<BuiltPage> PAGE = read();
    }

    /**
     * Empty if the class path contains no built page, because the classes were not packaged by the build. The first call
     * reads and unpacks all files, which takes too long for an event loop.
     */
    static Optional<BuiltPage> find() {
        return Found.PAGE;
    }

    private static Optional<BuiltPage> read() {
        byte[] list = read("files.txt");
        if (list == null) return Optional.empty();
        Map<String, Served> files = new HashMap<>();
        new String(list, StandardCharsets.UTF_8).lines().forEach(name -> files.put(name, served(name)));
        return Optional.of(new BuiltPage(files));
    }

    private static Served served(String name) {
        byte[] content = read(name);
        byte[] compressed = read(name + ".gz");
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        return new Served(
                type,
                Buffer.buffer(content),
                compressed == null ? null : Buffer.buffer(compressed),
                "\"" + Integer.toHexString(Arrays.hashCode(content)) + "-" + content.length + "\"");
    }

    private static byte[] read(String name) {
        try (InputStream in = BuiltPage.class.getResourceAsStream(FOLDER + name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void mountOn(Router router) {
        for (String path : new String[] {"/", "/" + PAGE}) {
            router.route(path)
                    .method(HttpMethod.GET)
                    .method(HttpMethod.HEAD)
                    .handler(context -> answer(context, files.get(PAGE), ASK_EACH_TIME));
        }
        router.route("/assets/*").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(context -> {
            Served file = files.get(context.normalizedPath().substring(1));
            if (file == null) context.next();
            else answer(context, file, FOR_EVER);
        });
    }

    private static void answer(RoutingContext context, Served file, String control) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, file.type())
                .putHeader(HttpHeaders.CACHE_CONTROL, control)
                .putHeader(HttpHeaders.ETAG, file.tag())
                .putHeader(HttpHeaders.VARY, "accept-encoding");
        if (file.tag().equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
            return;
        }
        Buffer body = file.content();
        if (file.compressed() != null && takesGzip(request)) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            body = file.compressed();
        }
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        if (request.method() == HttpMethod.HEAD) response.end();
        else response.end(body.slice());
    }

    private static boolean takesGzip(HttpServerRequest request) {
        String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        return accepted != null && TAKES_GZIP.matcher(accepted).find();
    }
}
