package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of the page over HTTP. */
class RestFilesIT extends RestBench {
    @Test
    void the_page_its_documents_and_its_libraries_are_served() throws IOException {
        file("index.html", "<!doctype html><title>page</title>");
        file("app/main.js", "export {}");
        file("docs/protocol.md", "# Protocol é");
        start();

        HttpResponse<String> index = send(request("GET", "/", null));
        HttpResponse<String> script = send(request("GET", "/app/main.js", null));
        HttpResponse<String> document = send(request("GET", "/docs/protocol.md", null));
        HttpResponse<String> library = send(request("GET", "/webjars/dompurify/3.3.3/dist/purify.es.mjs", null));

        assertThat(index.statusCode()).isEqualTo(200);
        assertThat(index.body()).contains("page");
        assertThat(header(index, "Content-Type")).isEqualTo("text/html;charset=UTF-8");
        assertThat(header(index, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(script, "Content-Type")).startsWith("text/javascript");
        assertThat(header(script, "Cache-Control")).isEqualTo("no-cache");
        assertThat(header(document, "Content-Type")).isEqualTo("text/markdown; charset=utf-8");
        assertThat(document.body()).isEqualTo("# Protocol é");
        assertThat(library.statusCode()).isEqualTo(200);
        assertThat(header(library, "Cache-Control")).contains("immutable");
        HttpResponse<String> again =
                send(request("GET", "/app/main.js", null).header("If-Modified-Since", header(script, "Last-Modified")));
        assertThat(again.statusCode()).isEqualTo(304);
    }

    @Test
    void a_changed_file_is_served_changed() throws IOException {
        file("index.html", "old");
        start();
        assertThat(send(request("GET", "/", null)).body()).isEqualTo("old");

        file("index.html", "newer");

        assertThat(send(request("GET", "/", null)).body()).isEqualTo("newer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret.txt",
                "/%2e%2e/secret.txt",
                "/..%2fsecret.txt",
                "/docs/../../secret.txt",
                "/docs/..%2f..%2fsecret.txt",
                "/..%5csecret.txt",
                "/%00",
                "/webjars/../../logback.xml",
                "/webjars/..%2f..%2f..%2flogback.xml",
                "/webjars/%2e%2e/%2e%2e/logback.xml",
                "//etc/passwd",
                "/.hidden",
                "/docs/.hidden",
            })
    void no_path_leads_out_of_the_webroot(String path) throws IOException {
        Path site = Files.createDirectory(webroot.resolve("site"));
        Files.writeString(webroot.resolve("secret.txt"), "secret");
        Files.createDirectory(site.resolve("docs"));
        Files.writeString(site.resolve(".hidden"), "secret");
        Files.writeString(site.resolve("docs/.hidden"), "secret");
        start("server.webroot", site.toString());
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(raw.head().lines().findFirst().orElse("")).containsAnyOf(" 404 ", " 400 ");
        }
    }

    @Test
    void directories_are_not_listed_and_missing_files_are_not_found() throws IOException {
        file("docs/protocol.md", "# Protocol");
        start();

        file("img/a.svg", "<svg/>");
        assertThat(send(request("GET", "/img/", null)).body()).doesNotContain("a.svg");
        assertProblem(send(request("GET", "/img/", null)), 404, "not_found");
        assertProblem(send(request("GET", "/nowhere", null)), 404, "not_found");
        assertProblem(send(request("GET", "/", null)), 404, "not_found");
        assertProblem(send(api("GET", "/nowhere", null)), 404, "not_found");
        assertProblem(send(request("POST", "/docs/protocol.md", "{}")), 404, "not_found");
        assertProblem(send(api("PUT", "/sessions", "{}")), 405, "bad_request");
        assertProblem(send(request("GET", "/ws", null)), 400, "bad_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/nowhere", "/health/live", "/api/v1/sessions", "/ws", "/docs/protocol.md"})
    void every_answer_tells_the_browser_what_it_may_do(String path) throws IOException {
        file("index.html", "page");
        file("docs/protocol.md", "# Protocol");
        start();

        HttpResponse<String> answer = send(request("GET", path, null));

        assertThat(header(answer, "Content-Security-Policy"))
                .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                        + "frame-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
                        + "base-uri 'none'; form-action 'none'; "
                        + "frame-ancestors 'none'; require-trusted-types-for 'script'; "
                        + "trusted-types lit-html dompurify reprise");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
    }

    private void file(String name, String text) throws IOException {
        Path file = webroot.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
