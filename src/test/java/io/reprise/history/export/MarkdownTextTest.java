package io.reprise.history.export;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkdownTextTest {
    @Test
    void a_code_block_that_is_left_open_is_closed() {
        assertThat(MarkdownText.contained("before\n```js\nlet a = 1")).isEqualTo("before\n```js\nlet a = 1\n```");
        assertThat(MarkdownText.contained("~~~~\n```\n~~~\nx")).isEqualTo("~~~~\n```\n~~~\nx\n~~~~");
        assertThat(MarkdownText.contained("```\nx\n```\nafter")).isEqualTo("```\nx\n```\nafter");
        assertThat(MarkdownText.contained("````\n```\nx")).isEqualTo("````\n```\nx\n````");
    }

    @Test
    void html_is_escaped_but_code_is_unchanged() {
        assertThat(MarkdownText.contained("a <b>x</b> <!-- y </details> 1 < 2 <3"))
                .isEqualTo("a &lt;b>x&lt;/b> &lt;!-- y &lt;/details> 1 < 2 <3");
        assertThat(MarkdownText.contained("`<b>` and ``a ` <c>`` and <d>"))
                .isEqualTo("`<b>` and ``a ` <c>`` and &lt;d>");
        assertThat(MarkdownText.contained("```html\n<b>\n```\n<i>")).isEqualTo("```html\n<b>\n```\n&lt;i>");
    }

    @Test
    void an_unmatched_backtick_starts_no_code() {
        assertThat(MarkdownText.contained("a ` b <script> c")).isEqualTo("a ` b &lt;script> c");
        assertThat(MarkdownText.contained("a ` b\n\n<script> ` c")).isEqualTo("a ` b\n\n&lt;script> ` c");
        assertThat(MarkdownText.contained("``` not ` a fence <b>")).isEqualTo("``` not ` a fence &lt;b>");
    }

    @Test
    void all_kinds_of_line_ends_become_one() {
        assertThat(MarkdownText.contained("a\r\nb\rc\u2028d")).isEqualTo("a\nb\nc\nd");
        assertThat(MarkdownText.contained("```\r\nx\r\n```\r\n<i>")).isEqualTo("```\nx\n```\n&lt;i>");
    }

    @Test
    void no_text_breaks_out_of_its_fence() {
        assertThat(MarkdownText.fenced("json", "{}")).isEqualTo("```json\n{}\n```");
        assertThat(MarkdownText.fenced("", "a\r\n````\nb\n")).isEqualTo("`````\na\n````\nb\n`````");
        assertThat(MarkdownText.fenced("", "")).isEqualTo("```\n```");
    }

    @Test
    void a_name_is_one_line_without_markup() {
        assertThat(MarkdownText.inline("a*b\n# <i>[x](y)`")).isEqualTo("a\\*b \\# \\<i\\>\\[x\\](y)\\`");
        assertThat(MarkdownText.html("a<b>&\"\nc")).isEqualTo("a&lt;b&gt;&amp;&quot; c");
    }
}
