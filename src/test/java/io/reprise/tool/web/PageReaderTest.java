package io.reprise.tool.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.outgoing.OutgoingResult.Page;
import io.reprise.tool.ToolFailure;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageReaderTest {
    @Test
    void a_page_becomes_markdown() {
        String html = """
                <html><head><title>Trains</title><style>p{}</style></head><body>
                <nav><a href="/home">Home</a></nav>
                <h2>Departures</h2><p>The <b>next</b> train   goes at <code>09:10</code>.<br>Be early.</p>
                <ul><li>Berlin</li><li>Paris, <a href="https://other.example/p?q=1">how</a></li></ul>
                <pre>a
                  b</pre><table><tr><th>To</th><th>At</th></tr><tr><td>Rome</td><td>10</td></tr></table>
                <img alt="A map"><a href="javascript:alert(1)">Click</a>
                </body></html>""";

        assertThat(read("text/html; charset=utf-8", html)).isEqualTo("""
                # Trains

                [Home](https://a.example/home)

                ## Departures

                The **next** train goes at `09:10`.
                Be early.

                - Berlin
                - Paris, [how](https://other.example/p?q=1)

                ```
                a
                  b
                ```

                To | At
                Rome | 10

                [image: A map]Click""");
    }

    @Test
    void what_people_cannot_see_is_left_out() {
        String html = "<body><p>seen</p><script>steal()</script><p hidden>one</p><p style='display: NONE'>two</p>"
                + "<p aria-hidden='true'>three</p><!-- four --><noscript>five</noscript><template>six</template>";

        assertThat(read("text/html", html)).isEqualTo("seen");
    }

    @Test
    void a_deeply_nested_page_is_read() {
        String html = "<div>".repeat(50_000) + "deep";

        assertThat(read("text/html", html)).contains("deep");
    }

    @Test
    void the_encoding_is_that_of_the_answer_or_of_the_page() {
        byte[] latin = "<meta charset=iso-8859-1><p>Grüße".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(PageReader.text(page("text/html", latin))).isEqualTo("Grüße");
        assertThat(PageReader.text(page("text/plain; charset=ISO-8859-1", "é".getBytes(StandardCharsets.ISO_8859_1))))
                .isEqualTo("é");
        assertThat(PageReader.text(page("text/plain; charset=nonsense", "é".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("é");
        assertThat(PageReader.text(page(null, new byte[] {(byte) 0xff, 'a', 0})))
                .isEqualTo("\uFFFDa\uFFFD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/plain", "application/json", "application/problem+json", "application/atom+xml", "text/csv"
            })
    void texts_stay_as_they_are(String type) {
        assertThat(read(type, "<a> & {\"b\": 1}")).isEqualTo("<a> & {\"b\": 1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/octet-stream", "application/pdf", "application/zip", "x y z"})
    void anything_else_is_refused(String type) {
        assertThatThrownBy(() -> read(type, "x"))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("which is not text");
    }

    private static String read(String type, String body) {
        return PageReader.text(page(type, body.getBytes(StandardCharsets.UTF_8)));
    }

    private static Page page(String type, byte[] body) {
        return new Page("https://a.example/x", type, Buffer.buffer(body), false);
    }
}
