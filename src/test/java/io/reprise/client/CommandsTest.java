package io.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandsTest {
    private final ManualTime time = new ManualTime();
    private final List<JsonObject> sent = new ArrayList<>();
    private boolean open = true;
    private final ClientOptions options = new ClientOptions("ws://test/ws")
            .answers(new ClientOptions.Answers(15_000, 300_000, 2))
            .sizes(new ClientOptions.Sizes(1_000, 1_000, 1_000));
    private final Commands commands =
            new Commands(new Link(options, time, () -> 1.0, frame -> open && sent.add(frame)));

    private static JsonObject command(String id) {
        return new JsonObject().put("type", "send").put("id", id).put("text", id);
    }

    private static JsonObject result(String id) {
        return new JsonObject().put("type", "result").put("id", id);
    }

    private static JsonObject error(String id, String code, boolean retryable) {
        return new JsonObject()
                .put("type", "error")
                .put("id", id)
                .put("code", code)
                .put("message", "no")
                .put("retryable", retryable);
    }

    private static String code(Future<JsonObject> failed) {
        return failed.cause() instanceof CommandException refusal ? refusal.code() : null;
    }

    @Test
    void a_result_completes_the_command_and_an_error_fails_it() {
        Future<JsonObject> one = commands.submit(command("1"));
        Future<JsonObject> two = commands.submit(command("2"));

        assertThat(commands.answer(result("1"))).isTrue();
        assertThat(commands.answer(error("2", "busy", false))).isTrue();

        assertThat(one.result()).isEqualTo(result("1"));
        assertThat(code(two)).isEqualTo("busy");
        assertThat(commands.answer(result("1"))).isFalse();
        assertThat(time.waiting()).isZero();
    }

    @Test
    void without_an_answer_the_same_frame_is_sent_again() {
        commands.submit(command("1"));

        time.advance(30_000);

        assertThat(sent).hasSize(3).containsOnly(command("1"));
    }

    @Test
    void after_a_reconnect_all_pending_commands_are_sent_again_in_order() {
        open = false;
        commands.submit(command("1"));
        commands.submit(command("2"));
        commands.suspend();
        time.advance(60_000);
        assertThat(sent).isEmpty();

        open = true;
        commands.resend();

        assertThat(sent).containsExactly(command("1"), command("2"));
    }

    @Test
    void a_temporary_error_is_tried_again_after_the_time_that_the_server_names() {
        Future<JsonObject> one = commands.submit(command("1"));

        commands.answer(error("1", "too_many_requests", true).put("afterMs", 4_000));
        time.advance(3_999);
        assertThat(sent).hasSize(1);
        time.advance(1);

        assertThat(sent).hasSize(2);
        assertThat(one.isComplete()).isFalse();
    }

    @Test
    void a_command_that_is_never_answered_is_given_up() {
        Future<JsonObject> one = commands.submit(command("1"));

        time.advance(300_000);

        assertThat(code(one)).isEqualTo("timeout");
        assertThat(time.waiting()).isZero();
    }

    @Test
    void the_number_and_the_size_of_commands_are_limited() {
        commands.submit(command("1"));
        commands.submit(command("2"));

        assertThat(code(commands.submit(command("3")))).isEqualTo("too_many_requests");
        commands.answer(result("1"));
        assertThat(code(commands.submit(command("4").put("text", "é".repeat(500)))))
                .isEqualTo("too_large");
        assertThat(sent).hasSize(2);
    }

    @Test
    void the_id_of_a_pending_command_is_that_command() {
        Future<JsonObject> one = commands.submit(command("1"));

        assertThat(commands.submit(command("1"))).isSameAs(one);
        assertThat(sent).hasSize(1);
    }

    @Test
    void a_closed_client_fails_its_commands() {
        Future<JsonObject> one = commands.submit(command("1"));

        commands.abandon();

        assertThat(code(one)).isEqualTo("unavailable");
        assertThat(time.waiting()).isZero();
    }
}
