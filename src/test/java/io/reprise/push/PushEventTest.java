package io.reprise.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PushEventTest {
    @Test
    void a_message_says_what_happened_where_and_the_title_only_if_it_is_wanted() {
        PushEvent event = event("A title");

        assertThat(json(event.body(true, 100)))
                .isEqualTo(new JsonObject()
                        .put("kind", "run.ended")
                        .put("session", "s_1")
                        .put("run", "r_1")
                        .put("outcome", "success")
                        .put("title", "A title")
                        .put("at", "1970-01-01T00:00:01Z"));
        assertThat(json(event.body(false, 100)).containsKey("title")).isFalse();
    }

    @Test
    void a_long_title_is_shortened_without_half_characters() {
        assertThat(json(event("abcdef").body(true, 3)).getString("title")).isEqualTo("abc…");
        assertThat(json(event("ab😀cd").body(true, 3)).getString("title")).isEqualTo("ab…");
    }

    private static PushEvent event(String title) {
        return new PushEvent("run.ended", "s_1", "r_1", "success", title, false, false, 1_000);
    }

    private static JsonObject json(byte[] body) {
        return new JsonObject(new String(body, StandardCharsets.UTF_8));
    }
}
