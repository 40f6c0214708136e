package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.Map;
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

    /** A browser does not run a module of another type. */
    @Test
    void modules_are_javascript() {
        for (String path : new String[] {"/js/main.js", "/webjars/dompurify/3.3.3/dist/purify.es.mjs"}) {
            assertThat(header(get("GET", path), "content-type")).as(path).startsWith("text/javascript");
        }
    }

    /** Symptom: `curl -I` got 405. Cause: the routes of files were for GET alone. */
    @Test
    void a_file_can_be_asked_about_without_reading_it() {
        HttpResponse<String> page = get("HEAD", "/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEmpty();
        assertThat(get("HEAD", "/nothing").statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> get(String method, String path) {
        return server.call(method, path, null, null);
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
