package io.reprise.model.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TidyChunksTest {
    private final TidyChunks chunks = new TidyChunks((call, part) -> {});

    /** What was passed on of calls: number, id, name and arguments of each part. */
    private final List<String> told = new ArrayList<>();

    @Test
    void an_ordinary_chunk_is_passed_on_as_it_is() {
        String text = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}],  \"x\":1}";

        assertThat(chunks.tidy(text)).containsExactly(text);
        assertThat(chunks.tidy("[DONE]")).containsExactly("[DONE]");
        assertThat(chunks.tidy("not json")).containsExactly("not json");
    }

    @Test
    void the_parts_of_a_call_are_passed_on_as_they_come() {
        part(0, "a", "time", "");
        part(0, null, null, "{\"zone\":");
        part(0, null, null, "\"UTC\"}");

        assertThat(told).containsExactly("0 a time ", "0 null null {\"zone\":", "0 null null \"UTC\"}");
    }

    @Test
    void calls_one_after_the_other_do_not_wait() {
        part(0, "a", "time", "{}");
        part(1, "b", "sleep", "{\"ms\":");
        part(1, null, null, "1}");

        assertThat(told).containsExactly("0 a time {}", "1 b sleep {\"ms\":", "1 null null 1}");
    }

    @Test
    void interleaved_calls_come_one_after_the_other() {
        part(0, "a", "time", "");
        part(1, "b", "sleep", "");
        part(0, null, null, "{\"zone\":");
        part(1, null, null, "{\"ms\":");
        part(0, null, null, "\"UTC\"}");
        part(1, null, null, "1}");

        assertThat(told)
                .containsExactly(
                        "0 a time ",
                        "0 null null {\"zone\":",
                        "0 null null \"UTC\"}",
                        "1 b sleep {\"ms\":",
                        "1 null null 1}");
    }

    @Test
    void a_call_behind_one_without_arguments_comes_with_the_end() {
        part(0, "a", "time", "");
        part(1, "b", "sleep", "{\"ms\":1}");
        assertThat(told).containsExactly("0 a time ");

        List<String> end = chunks.tidy("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");

        assertThat(end).hasSize(2);
        tell(end.getFirst());
        assertThat(told).last().isEqualTo("1 b sleep {\"ms\":1}");
        assertThat(end.getLast()).contains("finish_reason");
    }

    @Test
    void calls_that_share_a_number_are_told_apart_by_their_ids() {
        part(0, "a", "time", "{}");
        part(0, "b", "time", "{}");
        part(0, "b", "time", "");

        assertThat(told).containsExactly("0 a time {}", "1 b time {}");
    }

    @Test
    void calls_that_share_an_id_are_told_apart_by_their_numbers() {
        part(0, "x", "time", "{}");
        part(1, "x", "time", "{}");

        assertThat(told).containsExactly("0 x time {}", "1 x time {}");
    }

    @Test
    void calls_without_number_and_id_begin_with_a_name() {
        part(null, null, "time", "{\"zone\":");
        part(null, null, null, "\"UTC\"}");
        part(null, null, "sleep", "{}");

        assertThat(told).containsExactly("0 null time {\"zone\":", "0 null null \"UTC\"}", "1 null sleep {}");
    }

    @Test
    void numbers_begin_with_0() {
        part(3, "a", "time", "{}");

        assertThat(told).containsExactly("0 a time {}");
    }

    @Test
    void a_name_may_come_behind_the_id() {
        part(0, "a", null, null);
        part(0, null, "time", "{}");

        assertThat(told).containsExactly("0 a time {}");
    }

    private void part(Integer index, String id, String name, String arguments) {
        JsonObject function = new JsonObject().put("arguments", arguments);
        if (name != null) function.put("name", name);
        JsonObject call = new JsonObject().put("function", function);
        if (index != null) call.put("index", index);
        if (id != null) call.put("id", id);
        JsonObject delta = new JsonObject().put("tool_calls", new JsonArray().add(call));
        JsonObject choice = new JsonObject().put("index", 0).put("delta", delta);
        JsonObject chunk = new JsonObject().put("id", "c").put("choices", new JsonArray().add(choice));
        chunks.tidy(chunk.encode()).forEach(this::tell);
    }

    private void tell(String data) {
        JsonObject delta =
                new JsonObject(data).getJsonArray("choices").getJsonObject(0).getJsonObject("delta");
        for (Object part : delta.getJsonArray("tool_calls", new JsonArray())) {
            JsonObject call = (JsonObject) part;
            JsonObject function = call.getJsonObject("function");
            told.add(call.getInteger("index") + " " + call.getString("id") + " " + function.getString("name") + " "
                    + function.getString("arguments"));
        }
    }
}
