package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The files of the page, as a browser needs them. */
class PageFilesIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void the_page_may_use_only_what_is_its_own() {
        HttpResponse<String> page = get("GET", "/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "content-type")).startsWith("text/html");
        assertThat(header(page, "content-security-policy"))
                .contains("default-src 'none'", "script-src 'self';", "require-trusted-types-for 'script'")
                .doesNotContain("unsafe");
        assertThat(header(page, "x-content-type-options")).isEqualTo("nosniff");
    }

    /** A browser does not run a module with another content type. */
    @Test
    void modules_are_javascript() {
        for (String path : new String[] {"/js/main.js", "/webjars/dompurify/3.3.3/dist/purify.es.mjs"}) {
            assertThat(header(get("GET", path), "content-type")).as(path).startsWith("text/javascript");
        }
    }

    /** Symptom: `curl -I` got 405. Cause: the routes of files only accepted GET. */
    @Test
    void head_works_for_files() {
        HttpResponse<String> page = get("HEAD", "/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEmpty();
        assertThat(get("HEAD", "/nothing").statusCode()).isEqualTo(404);
    }

    /** Symptom: 459 KB were sent uncompressed, and most of them again at each visit. */
    @Test
    void files_of_the_page_are_compressed_and_cached_forever_and_the_page_is_revalidated() throws Exception {
        HttpResponse<String> page = asked("/", "accept-encoding", "gzip");
        assertThat(header(page, "content-encoding")).isEqualTo("gzip");
        assertThat(header(page, "cache-control")).isEqualTo("no-cache");
        assertThat(asked("/", "if-none-match", header(page, "etag")).statusCode())
                .isEqualTo(304);

        Matcher names = Pattern.compile("/assets/[a-z-]+-[0-9a-f]{12}\\.(?:js|css|woff2)")
                .matcher(get("GET", "/").body());
        List<String> assets = names.results().map(MatchResult::group).toList();
        assertThat(assets).hasSize(4);
        for (String path : assets) {
            HttpResponse<String> file = asked(path, "accept-encoding", "br;q=1, gzip;q=0.8");
            assertThat(header(file, "cache-control")).as(path).contains("immutable");
            assertThat(header(file, "content-encoding")).as(path).isEqualTo(path.endsWith("woff2") ? "" : "gzip");
            assertThat(header(asked(path, "accept-encoding", "gzip;q=0"), "content-encoding"))
                    .as(path)
                    .isEmpty();
            if (path.endsWith(".js")) assertThat(header(file, "vary")).contains("accept-encoding");
        }
        assertThat(get("GET", "/assets/main-000000000000.js").statusCode()).isEqualTo(404);
    }

    /** Symptom: no browser offered to install the page, and each requested a missing `/favicon.ico`. */
    @Test
    void the_page_can_be_installed_with_icons_of_the_sizes_that_its_manifest_names() throws Exception {
        String page = get("GET", "/").body();
        assertThat(page).contains("rel=\"manifest\" href=\"/manifest.webmanifest\"");
        assertThat(header(get("GET", "/"), "content-security-policy")).contains("manifest-src 'self'");
        HttpResponse<String> manifest = get("GET", "/manifest.webmanifest");
        assertThat(header(manifest, "content-type")).startsWith("application/manifest+json");
        assertThat(header(manifest, "cache-control")).isEqualTo("no-cache");
        JsonObject read = new JsonObject(manifest.body());
        assertThat(read.getString("display")).isEqualTo("standalone");

        List<JsonObject> icons = read.getJsonArray("icons").stream()
                .map(JsonObject.class::cast)
                .filter(icon -> icon.getString("type").equals("image/png"))
                .toList();
        assertThat(icons).extracting(icon -> icon.getString("sizes")).contains("192x192", "512x512");
        assertThat(icons).anyMatch(icon -> "maskable".equals(icon.getString("purpose")));
        for (JsonObject icon : icons) {
            URL address = URI.create(server.url() + icon.getString("src")).toURL();
            BufferedImage image = ImageIO.read(address);
            assertThat(image.getWidth() + "x" + image.getHeight()).isEqualTo(icon.getString("sizes"));
            HttpResponse<String> file = get("GET", icon.getString("src"));
            assertThat(header(file, "content-type")).isEqualTo("image/png");
            assertThat(header(file, "cache-control")).contains("max-age");
        }
        assertThat(ImageIO.read(URI.create(server.url() + "/icons/apple-touch-icon.png")
                                .toURL())
                        .getWidth())
                .isEqualTo(180);
        assertThat(header(get("GET", "/favicon.ico"), "content-type")).startsWith("image/");
    }

    @Test
    void a_script_has_its_source_map() {
        String script = Pattern.compile("/assets/main-[0-9a-f]{12}\\.js")
                .matcher(get("GET", "/").body())
                .results()
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow();

        String map = get("GET", script + ".map").body();

        assertThat(get("GET", script).body()).endsWith("//# sourceMappingURL=" + script.substring(8) + ".map\n");
        assertThat(new JsonObject(map).getJsonArray("sources"))
                .contains("/js/app/app.js", "/js/components/composer/composer.js");
    }

    /** Symptom: libraries that are loaded on demand were sent uncompressed, the largest of all files. */
    @Test
    void libraries_that_are_loaded_on_demand_are_compressed_too() throws Exception {
        String texts = script(
                "texts", get("GET", script("main", get("GET", "/").body())).body());
        String body = get("GET", texts).body();

        for (String library : new String[] {"highlight", "katex"}) {
            HttpResponse<String> file = asked(script(library, body), "accept-encoding", "gzip");
            assertThat(header(file, "content-encoding")).as(library).isEqualTo("gzip");
            assertThat(header(file, "cache-control")).as(library).contains("immutable");
        }
    }

    private static String script(String name, String text) {
        return Pattern.compile("/assets/" + name + "-[0-9a-f]{12}\\.js")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_frame_of_an_image_may_load_from_its_host_only() {
        String source = "https%3A%2F%2Fimages.example%3A8443%2Fa%3Fb%3D%2522%26c%3Dd";
        HttpResponse<String> frame = get("GET", "/image?src=" + source + "&alt=%22%3E%3Cscript%3E");

        assertThat(frame.statusCode()).isEqualTo(200);
        assertThat(header(frame, "content-security-policy"))
                .contains("default-src 'none'", "img-src https://images.example:8443;", "frame-ancestors 'self'")
                .endsWith("sandbox allow-scripts");
        assertThat(frame.body())
                .contains("<img src=\"https://images.example:8443/a?b=%22&amp;c=d\" alt=\"&quot;&gt;&lt;script&gt;\">");
    }

    @Test
    void only_https_images_have_a_frame() {
        for (String source : new String[] {
            "",
            "http://a.example/b",
            "https://",
            "https:b",
            "javascript:alert(1)",
            "data:image/png,x",
            "//a.example/b",
            "https://user:word@a.example/b",
            "https://a;b/",
            "https://a b/",
            "https://a.example/" + "x".repeat(2_000)
        }) {
            HttpResponse<String> answer = get("GET", "/image?src=" + URLEncoder.encode(source, StandardCharsets.UTF_8));
            assertThat(answer.statusCode()).as(source).isEqualTo(400);
        }
        assertThat(get("GET", "/image").statusCode()).isEqualTo(400);
    }

    private static HttpResponse<String> asked(String path, String name, String value) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .header(name, value)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static HttpResponse<String> get(String method, String path) {
        return server.call(method, path, null, null);
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
