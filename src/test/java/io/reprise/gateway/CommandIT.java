package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.message.ShardMessage;
import io.reprise.message.ShardMessage.Request;
import io.reprise.support.Digest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commands from a socket to a session and back. */
class CommandIT {
    private GatewayFixture server;

    @AfterEach
    void close() {
        if (server != null) server.close();
    }

    /**
     * Symptom: for some moments after the server reported that it was ready, commands were refused `unavailable`.
     * Cause: a
     * gateway accepted clients before it knew who owns which sessions.
     */
    @Test
    void the_first_command_after_the_start_finds_the_owner_of_its_session() {
        server = new GatewayFixture();
        answerWith(request -> new CommandResult.Created(request.session(), "e1"));
        TabClient tab = server.me();

        tab.send("create", "1");

        assertThat(tab.answer("1").getString("type")).isEqualTo("result");
    }

    @Test
    void results_of_commands_have_the_names_of_the_protocol() {
        server = new GatewayFixture();
        answerWith(request -> switch (request.command()) {
            case Command.Create create -> new CommandResult.Created(request.session(), "e1");
            case Command.Send send -> new CommandResult.Sent("m1", CommandResult.Status.STARTED, "r1");
            case Command.Stop stop -> new CommandResult.Stopped(List.of("r1"), List.of("m2"));
            case Command.Unqueue unqueue -> new CommandResult.Done();
            case Command.Requeue requeue -> new CommandResult.Done();
            case Command.Update update -> new CommandResult.Updated(null);
            case Command.Regenerate regenerate -> CommandResult.Sent.started("m2", "r2");
            case Command.Clear clear -> new CommandResult.Done();
            case Command.Delete delete -> new CommandResult.Done();
            default -> throw new AssertionError("not asked for here: " + request.command());
        });
        TabClient tab = server.me();

        tab.send("create", "1");
        tab.send("send", "2", "session", "s1", "text", "hello");
        tab.send("stop", "3", "session", "s1");
        tab.send("unqueue", "4", "session", "s1", "message", "m1");

        String derived = "s_" + Digest.of("create", "me", "1").substring(0, 22);
        assertThat(tab.answer("1"))
                .isEqualTo(result("1").put("session", derived).put("epoch", "e1"));
        assertThat(tab.answer("2"))
                .isEqualTo(result("2")
                        .put("message", "m1")
                        .put("status", "started")
                        .put("run", "r1"));
        assertThat(tab.answer("3"))
                .isEqualTo(result("3")
                        .put("stopped", new JsonArray().add("r1"))
                        .put("unqueued", new JsonArray().add("m2")));
        assertThat(tab.answer("4")).isEqualTo(result("4"));
    }

    @Test
    void a_request_names_its_user_its_claim_and_the_hash_of_the_parsed_command() {
        server = new GatewayFixture();
        TabClient tab = server.me();

        tab.send("send", "1", "session", "s1", "text", "hello", "_vendor", 5);
        tab.send("send", "2", "session", "s1", "text", "hello", "onBusy", "queue");
        tab.send("send", "3", "session", "s1", "text", "other");
        tab.send("ping", "p");
        tab.answer("p");

        List<Request> requests = requests(3);
        assertThat(requests.getFirst().session()).isEqualTo("s1");
        assertThat(requests.getFirst().user()).isEqualTo("me");
        assertThat(requests).extracting(Request::id).containsExactly("1", "2", "3");
        Command send = new Command.Send("hello", Command.OnBusy.QUEUE);
        assertThat(requests.getFirst().hash()).isEqualTo(Digest.of(Json.text(send)));
        assertThat(requests.get(1).hash()).isEqualTo(requests.getFirst().hash());
        assertThat(requests.get(2).hash()).isNotEqualTo(requests.getFirst().hash());
    }

    @Test
    void changed_settings_apply_to_the_next_message_also_on_an_open_socket() {
        server = new GatewayFixture("sessions.textBytesMax", "1024");
        TabClient tab = server.me();
        tab.send("send", "1", "session", "s1", "text", "x".repeat(1_025));
        assertThat(tab.answer("1").getString("code")).isEqualTo("too_large");

        server.settings.replace(
                Settings.with(Map.of("sessions.textBytesMax", "2048", "limits.userCommandsPerMinute", "1")));

        answerWith(request -> new CommandResult.Done());
        tab.send("send", "2", "session", "s1", "text", "x".repeat(1_025));
        assertThat(tab.answer("2").getString("type")).isEqualTo("result");
        tab.send("send", "3", "session", "s1", "text", "x");
        assertThat(tab.answer("3").getString("code")).isEqualTo("too_many_requests");
    }

    @Test
    void a_repeat_is_marked_as_duplicate_and_a_refusal_names_its_session() {
        server = new GatewayFixture();
        server.sessions.on(owner -> owner.commands = (fake, request) -> {
            CommandOutcome outcome = request.id().equals("1")
                    ? new CommandOutcome.Accepted(new CommandResult.Done(), true)
                    : new CommandOutcome.Refused(Failure.of(ErrorCode.QUEUE_FULL, "The queue is full."));
            return new Delivery.Answer(fake.number, request.replyTo().ticket(), outcome);
        });
        TabClient tab = server.me();

        tab.send("unqueue", "1", "session", "s1", "message", "m1");
        tab.send("send", "2", "session", "s1", "text", "x");

        assertThat(tab.answer("1")).isEqualTo(result("1").put("duplicate", true));
        JsonObject error = tab.answer("2");
        assertThat(error.getString("type")).isEqualTo("error");
        assertThat(error.getString("code")).isEqualTo("queue_full");
        assertThat(error.getString("session")).isEqualTo("s1");
        assertThat(error.getString("message")).isEqualTo("The queue is full.");
        assertThat(error.getBoolean("retryable")).isTrue();
    }

    @Test
    void a_command_without_an_answer_times_out_and_a_late_answer_is_dropped() {
        server = new GatewayFixture("gateway.commandMs", "1000");
        TabClient tab = server.me();

        tab.send("send", "1", "session", "s1", "text", "x");

        JsonObject error = tab.answer("1");
        assertThat(error.getString("code")).isEqualTo("timeout");
        assertThat(error.getBoolean("retryable")).isTrue();
        Request request = requests(1).getFirst();
        server.vertx
                .eventBus()
                .send(
                        request.replyTo().address(),
                        new Delivery.Answer(
                                7,
                                request.replyTo().ticket(),
                                new CommandOutcome.Accepted(new CommandResult.Done(), false)));
        tab.send("ping", "p");
        tab.answer("p");
        assertThat(tab.frames("result")).isEmpty();
    }

    @Test
    void without_an_owner_of_the_shard_a_command_is_unavailable_at_once() {
        server = new GatewayFixture(false);
        TabClient tab = server.me();

        tab.send("send", "1", "session", "s1", "text", "x");

        assertThat(tab.answer("1").getString("code")).isEqualTo("unavailable");
        assertThat(tab.answer("1").getBoolean("retryable")).isTrue();
    }

    @Test
    void a_socket_has_a_limit_of_unanswered_commands() {
        server = new GatewayFixture();
        TabClient tab = server.me();
        TabClient other = server.me();

        for (int i = 1; i <= 65; i++) tab.send("send", "c" + i, "session", "s1", "text", "x");

        assertThat(tab.answer("c65").getString("code")).isEqualTo("too_many_requests");
        assertThat(tab.answer("c65").getBoolean("retryable")).isTrue();
        Request first = requests(64).getFirst();
        answer(first, new CommandResult.Done());
        tab.answer("c1");
        tab.send("send", "c66", "session", "s1", "text", "x");
        other.send("send", "o1", "session", "s1", "text", "x");
        assertThat(requests(66)).extracting(Request::id).contains("c66", "o1");
        assertThat(tab.frames("error")).hasSize(1);
    }

    private void answer(Request request, CommandResult result) {
        server.vertx
                .eventBus()
                .send(
                        request.replyTo().address(),
                        new Delivery.Answer(7, request.replyTo().ticket(), new CommandOutcome.Accepted(result, false)));
    }

    private void answerWith(Function<Request, CommandResult> results) {
        server.sessions.on(owner -> owner.commands = (fake, request) -> new Delivery.Answer(
                fake.number, request.replyTo().ticket(), new CommandOutcome.Accepted(results.apply(request), false)));
    }

    /** The received requests, once there are this many. */
    private List<Request> requests(int count) {
        Awaitility.await().until(() -> requests().size() >= count);
        return requests();
    }

    private List<Request> requests() {
        return server.sessions.on(owner -> owner.received.stream()
                .filter(ShardMessage.Request.class::isInstance)
                .map(Request.class::cast)
                .toList());
    }

    private static JsonObject result(String id) {
        return new JsonObject().put("type", "result").put("id", id);
    }
}
