package io.reprise.message.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.Json;
import io.reprise.message.QueuedMessage;
import io.reprise.message.content.Part.Text;
import io.reprise.message.content.Part.Unknown;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTest {
    private static final String IMAGE = "{\"type\":\"image\",\"attachment\":\"at_1\",\"size\":[1,null]}";
    private static final Part UNKNOWN = new Unknown("image", IMAGE);

    @Test
    void one_text_is_a_string_and_everything_else_a_list_of_parts() {
        assertThat(Json.text(Content.of(""))).isEqualTo("\"\"");
        assertThat(Json.text(Content.of("a \"b\""))).isEqualTo("\"a \\\"b\\\"\"");
        assertThat(Json.text(Content.of("see", List.of(UNKNOWN))))
                .isEqualTo("[{\"type\":\"text\",\"text\":\"see\"}," + IMAGE + "]");
        assertThat(Json.text(Content.of("", List.of(UNKNOWN)))).isEqualTo("[" + IMAGE + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"hello\"",
                "[" + IMAGE + "]",
                "[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"context\",\"description\":\"Screen\",\"text\":\"a map\"}]",
                "[{\"type\":\"text\",\"text\":\"a\"}," + IMAGE + ",{\"type\":\"text\",\"text\":\"b\"}]",
                "[{\"type\":\"text\"}]",
                "[{\"a\":1}]",
                "[7]",
                "[null]"
            })
    void a_content_that_is_read_is_written_unchanged(String json) {
        Content content = Json.parse(json, Content.class);

        assertThat(Json.text(content)).isEqualTo(json);
        assertThat(Json.parse(Json.text(content), Content.class)).isEqualTo(content);
        assertThat(Content.of(content.lead(), content.rest())).isEqualTo(content);
    }

    @Test
    void unknown_fields_of_a_text_do_not_hide_it() {
        Content content = Json.parse("[{\"text\":\"a\",\"type\":\"text\",\"language\":\"en\"}]", Content.class);

        assertThat(content).isEqualTo(Content.of("a"));
    }

    @Test
    void a_content_is_a_text_or_a_list() {
        assertThat(Json.parse("[]", Content.class)).isEqualTo(Content.of(""));
        assertThat(Json.parse("null", Content.class)).isNull();
        assertThatThrownBy(() -> Json.parse("{}", Content.class)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Content(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void parts_without_text_are_shown_by_their_type_only() {
        Content content = Content.of("see", List.of(UNKNOWN, new Text("this")));

        assertThat(content.text()).isEqualTo("see\n\nthis");
        assertThat(content.shown()).isEqualTo("see\n\n[unsupported content: image]\n\nthis");
        assertThat(new Unknown("", "7").shown()).isEqualTo("[unsupported content]");
        assertThat(new Unknown("a]\n# b" + "c".repeat(100), "{}").shown())
                .isEqualTo("[unsupported content: ab" + "c".repeat(62) + "]");
    }

    @Test
    void all_parts_count() {
        assertThat(Content.of("ü", List.of(UNKNOWN, new Text("b"))).bytes()).isEqualTo(2 + IMAGE.length() + 1);
    }

    @Test
    void another_text_leaves_the_other_parts() {
        Content content = Content.of("see", List.of(UNKNOWN, new Text("this")));

        assertThat(content.withText("look")).isEqualTo(Content.of("look", List.of(UNKNOWN)));
        assertThat(Content.of("a").withText("b")).isEqualTo(Content.of("b"));
    }

    @Test
    void texts_are_cut_and_other_parts_are_whole_or_absent() {
        Content content = Content.of("12345", List.of(UNKNOWN, new Text("67890")));

        assertThat(content.cutToBytes(4, "..")).isEqualTo(Content.of("12.."));
        assertThat(content.cutToBytes(5 + 2, "..")).isEqualTo(Content.of("12345.."));
        assertThat(content.cutToBytes(5 + IMAGE.length() - 1 + 2, "..")).isEqualTo(Content.of("12345.."));
        assertThat(content.cutToBytes(5 + IMAGE.length() + 3 + 2, ".."))
                .isEqualTo(Content.of("12345", List.of(UNKNOWN, new Text("678.."))));
        assertThat(content.cutToBytes(1, "..")).isEqualTo(Content.of(".."));
    }

    @Test
    void no_part_contains_characters_that_the_log_cannot_store() {
        Content content = Content.of("a\0", List.of(new Unknown("x", "{\"type\":\"x\",\"a\":\"\uD800\"}")));

        assertThat(content.wellFormed())
                .isEqualTo(Content.of("a\uFFFD", List.of(new Unknown("x", "{\"type\":\"x\",\"a\":\"\uFFFD\"}"))));
    }

    /** Claims are kept for a day and compare commands by the digest of this text, also across an update. */
    @Test
    void the_json_of_a_command_with_one_text_is_unchanged() {
        assertThat(Json.text(new Command.Send("hi", OnBusy.QUEUE)))
                .isEqualTo("{\"@\":\"Send\",\"text\":\"hi\",\"onBusy\":\"queue\"}");
    }

    /** As the column {@code session.queue} was written before a content had parts. */
    @Test
    void a_queue_without_parts_is_read_and_written_as_before() {
        String stored = "[{\"message\":\"m_1\",\"text\":\"hi\",\"onBusy\":\"queue\",\"by\":\"ada\","
                + "\"at\":\"2026-01-01T00:00:00Z\",\"command\":\"c_1\",\"zone\":\"Europe/Berlin\"}]";

        List<QueuedMessage> queue = Json.parseList(stored, QueuedMessage.class);

        assertThat(queue.getFirst().content()).isEqualTo(Content.of("hi"));
        assertThat(Json.text(queue)).isEqualTo(stored);
    }

    @Test
    void a_queued_message_names_its_parts_next_to_its_text() {
        QueuedMessage plain = new QueuedMessage("m_1", "hi", "queue", "ada", "2026-01-01T00:00:00Z", "c_1");
        QueuedMessage message = plain.with(Content.of("see", List.of(UNKNOWN)));

        String json = Json.text(message);

        assertThat(json).contains("\"text\":\"see\",\"parts\":[" + IMAGE + "]");
        assertThat(Json.parse(json, QueuedMessage.class)).isEqualTo(message);
        assertThat(message.content()).isEqualTo(Content.of("see", List.of(UNKNOWN)));
    }
}
