package io.reprise.history.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.ChatMessage;
import io.reprise.history.ChatMessage.ToolCall;
import io.reprise.history.SessionSummary;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarkdownExportTest {
    private static final SessionSummary SESSION = new SessionSummary(
            "s_1",
            "Trip",
            null,
            null,
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00Z",
            false,
            false,
            "e_1",
            9,
            Map.of());

    @Test
    void a_call_shows_its_result() {
        List<ChatMessage> messages = List.of(
                calls("t_1", "t_2", "t_3", "t_4"),
                result("x_1", "t_1", null),
                result("x_2", "t_2", "rejected"),
                result("x_3", "t_3", "unknown"));

        MarkdownExport export = new MarkdownExport(new Export.Head(SESSION, "2026-01-02T00:00:00Z"));
        String text = export.begin() + export.messages(messages) + export.end(null);

        assertThat(text)
                .containsSubsequence(
                        "<summary>Tool mail</summary>",
                        "<summary>Tool mail (rejected)</summary>",
                        "<summary>Tool mail (outcome unknown)</summary>",
                        "<summary>Tool mail (without a result)</summary>");
    }

    @Test
    void parts_without_text_are_named_by_their_type() {
        Content content = Content.of("see", List.of(new Part.Unknown("image", "{\"type\":\"image\"}")));
        ChatMessage said = new ChatMessage("u_1", Role.USER, content, null, null, metadata(null));
        ChatMessage result = new ChatMessage("x_1", Role.TOOL, content, null, "t_1", metadata(null));

        String text = new MarkdownExport(null).messages(List.of(said, calls("t_1"), result));

        assertThat(text)
                .contains("\nsee\n\n[unsupported content: image]\n")
                .contains("```\nsee\n\n[unsupported content: image]\n```");
    }

    private static ChatMessage calls(String... ids) {
        List<ToolCall> calls =
                Arrays.stream(ids).map(id -> ToolCall.of(id, "mail", "{}")).toList();
        return new ChatMessage("a_1", Role.ASSISTANT, null, calls, null, metadata(null));
    }

    private static ChatMessage result(String id, String call, String status) {
        return new ChatMessage(id, Role.TOOL, Content.of("text"), null, call, metadata(status));
    }

    private static ChatMessage.Metadata metadata(String status) {
        return new ChatMessage.Metadata(
                "r_1",
                1,
                "2026-01-01T00:00:00Z",
                null,
                null,
                status,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
