package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Delivery;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attach, replay, live, slow readers, over real sockets. */
class ReadingIT {
    private GatewayFixture server;

    @AfterEach
    void close() {
        if (server != null) server.close();
    }

    @Test
    void an_attach_without_a_cursor_brings_the_snapshot_live_and_what_follows() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 10);
        TabClient tab = server.me();

        tab.send("attach", "a1", "session", "s1");
        tab.await("live");
        server.sessions.append("s1", 2);
        tab.await(frame -> frame.getLong("seq", 0L) == 12, "event 12");

        JsonObject attached = tab.answer("a1");
        assertThat(attached.getString("type")).isEqualTo("attached");
        assertThat(attached.getString("mode")).isEqualTo("snapshot");
        assertThat(attached.getBoolean("recovered")).isFalse();
        assertThat(attached.getLong("head")).isEqualTo(10);
        assertThat(attached.getJsonArray("queue")).isEmpty();
        assertThat(attached.getJsonArray("interrupts")).isEmpty();
        assertThat(attached.getJsonArray("recalls")).isEmpty();
        assertThat(tab.frames().stream().skip(1).map(frame -> frame.getString("type")))
                .containsExactly("attached", "snapshot", "snapshot", "live", "event", "event");
        assertThat(tab.seqs("s1")).containsExactly(11L, 12L);
    }

    @Test
    void an_attach_with_a_cursor_replays_the_events_after_it() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 40);
        TabClient tab = server.me();

        tab.send("attach", "a1", "session", "s1", "epoch", "e0", "after", 5);
        tab.await("live");

        assertThat(tab.answer("a1").getString("mode")).isEqualTo("replay");
        assertThat(tab.frames("snapshot")).isEmpty();
        assertContiguous(tab, "s1", 5, 40);
    }

    @Test
    void a_session_named_in_the_url_is_attached_after_welcome() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 3);
        TabClient tab = TabClient.open(server.port, "/ws?session=s1");
        tab.hello(server.token("me"));

        JsonObject attached = tab.await("attached");

        assertThat(attached.containsKey("id")).isFalse();
        assertThat(attached.getString("mode")).isEqualTo("snapshot");
    }

    @Test
    void an_unknown_or_foreign_session_is_not_found_and_the_socket_stays() {
        server = new GatewayFixture();
        server.sessions.put("s1", "you", 3);
        TabClient tab = TabClient.open(server.port, "/ws?session=nowhere");
        tab.hello(server.token("me"));

        JsonObject named = tab.await("error");
        tab.send("attach", "a1", "session", "s1");
        JsonObject foreign = tab.answer("a1");

        assertThat(named.getString("code")).isEqualTo("not_found");
        assertThat(named.getString("session")).isEqualTo("nowhere");
        assertThat(named.containsKey("id")).isFalse();
        assertThat(foreign.getString("code")).isEqualTo("not_found");
        assertThat(foreign.getString("session")).isEqualTo("s1");
        assertThat(tab.isOpen()).isTrue();
    }

    @Test
    void an_invalid_session_id_in_the_url_is_not_found() {
        server = new GatewayFixture();
        TabClient tab = TabClient.open(server.port, "/ws?session=a%00b");
        tab.hello(server.token("me"));

        assertThat(tab.await("error").getString("code")).isEqualTo("not_found");
        assertThat(server.sessions.<List<?>>on(owner -> List.copyOf(owner.received)))
                .isEmpty();
    }

    @Test
    void a_detached_session_sends_nothing_more() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 3);
        TabClient tab = server.me();
        TabClient other = server.me();
        for (TabClient each : List.of(tab, other)) {
            each.send("attach", "a1", "session", "s1");
            each.await("live");
        }

        tab.send("detach", "d", "session", "s1");
        assertThat(tab.answer("d").getString("type")).isEqualTo("result");
        server.sessions.append("s1", 1);

        other.await("event");
        tab.send("ping", "p");
        tab.answer("p");
        assertThat(tab.frames("event")).isEmpty();
    }

    @Test
    void attaching_again_sends_again_from_the_new_cursor_and_only_once() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 10);
        TabClient tab = server.me();
        tab.send("attach", "a1", "session", "s1");
        tab.await("live");

        tab.send("attach", "a2", "session", "s1", "epoch", "e0", "after", 8);
        tab.answer("a2");
        Awaitility.await().until(() -> tab.frames("live").count() == 2);
        server.sessions.append("s1", 1);
        tab.await(frame -> frame.getLong("seq", 0L) == 11, "event 11");

        assertContiguous(tab, "s1", 8, 11);
    }

    @Test
    void a_socket_has_a_limit_of_attached_sessions() {
        server = new GatewayFixture("server.subscriptionsMax", "2");
        for (String session : List.of("s1", "s2", "s3")) server.sessions.put(session, "me", 1);
        TabClient tab = server.me();

        tab.send("attach", "a1", "session", "s1");
        tab.send("attach", "a2", "session", "s2");
        tab.send("attach", "a3", "session", "s3");
        tab.send("attach", "a4", "session", "s2");

        assertThat(tab.answer("a3").getString("code")).isEqualTo("too_many_requests");
        assertThat(tab.answer("a3").getString("session")).isEqualTo("s3");
        assertThat(tab.answer("a4").getString("type")).as("no more than before").isEqualTo("attached");
        tab.send("detach", "d", "session", "s1");
        tab.send("attach", "a5", "session", "s3");
        assertThat(tab.answer("a5").getString("type")).isEqualTo("attached");
    }

    @Test
    void a_beat_names_the_last_seq_sent_of_each_session() {
        server = new GatewayFixture("server.beatMs", "100");
        server.sessions.put("s1", "me", 10);
        server.sessions.put("s2", "me", 20);
        TabClient tab = server.me();
        tab.send("attach", "a1", "session", "s1");
        tab.send("attach", "a2", "session", "s2");
        Awaitility.await().until(() -> tab.frames("live").count() == 2);
        server.sessions.append("s1", 1);

        JsonObject expected = new JsonObject(Map.of("s1", 11, "s2", 20));
        tab.await(
                frame -> "beat".equals(frame.getString("type")) && expected.equals(frame.getJsonObject("sent")),
                "beat with both");
    }

    @Test
    void a_reader_is_told_of_another_epoch_without_asking() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 10);
        TabClient tab = server.me();
        tab.send("attach", "a1", "session", "s1");
        tab.await("live");

        server.sessions.on(owner -> {
            server.sessions.logs.get("s1").epoch = "e9";
            owner.drop("s1");
            return null;
        });

        JsonObject reset = tab.await(
                frame -> "attached".equals(frame.getString("type")) && "reset".equals(frame.getString("mode")),
                "reset");
        assertThat(reset.containsKey("id")).isFalse();
        Awaitility.await().until(() -> tab.frames("live").count() == 2);
    }

    @Test
    void a_reader_forgotten_by_the_owner_is_restored_by_the_beat_without_noticing() {
        server = new GatewayFixture("gateway.beatMs", "100", "gateway.answerMs", "100");
        server.sessions.put("s1", "me", 10);
        TabClient tab = server.me();
        tab.send("attach", "a1", "session", "s1");
        tab.await("live");

        server.sessions.on(owner -> {
            owner.on(new ShardMessage.Detach("s1", lastReader(owner)));
            owner.append("s1", 3);
            return null;
        });

        tab.await(frame -> frame.getLong("seq", 0L) == 13, "event 13");
        assertThat(tab.frames("attached")).hasSize(1);
        assertThat(tab.frames("live")).hasSize(1);
        assertContiguous(tab, "s1", 10, 13);
    }

    private static Reader lastReader(FakeOwner owner) {
        return owner.received.stream()
                .filter(ShardMessage.Attach.class::isInstance)
                .map(ShardMessage.Attach.class::cast)
                .reduce((first, second) -> second)
                .orElseThrow()
                .reader();
    }

    @Test
    void readers_of_a_deleted_session_are_notified_and_end() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 10);
        TabClient tab = server.me();
        tab.send("attach", "a1", "session", "s1");
        tab.await("live");

        server.sessions.on(owner -> {
            owner.toGateways(
                    "s1",
                    new Delivery.Notice("s1", owner.number, Delivery.Notice.SESSION_DELETED, Map.of("session", "s1")),
                    false);
            owner.append("s1", 1);
            return null;
        });

        JsonObject notice = tab.await("notice");
        assertThat(notice.getString("kind")).isEqualTo("session.deleted");
        assertThat(notice.getJsonObject("data").getString("session")).isEqualTo("s1");
        tab.send("ping", "p");
        tab.answer("p");
        assertThat(tab.frames("event")).isEmpty();
    }

    @Test
    void an_unanswered_attach_is_finally_given_up() {
        server = new GatewayFixture(false, "gateway.commandMs", "1000");
        TabClient tab = server.me();

        tab.send("attach", "late", "session", "s1");

        JsonObject late = tab.answer("late");
        assertThat(late.getString("code")).isEqualTo("unavailable");
        assertThat(late.getBoolean("retryable")).isTrue();
    }

    @Test
    void an_attach_waits_for_the_owner_of_the_shard() {
        server = new GatewayFixture(
                false, "gateway.commandMs", "600000", "gateway.beatMs", "100", "gateway.answerMs", "100");
        TabClient tab = server.me();
        tab.send("attach", "waits", "session", "s1");
        tab.send("ping", "p");
        tab.answer("p");

        server.sessions.put("s1", "me", 3);
        GatewayFixture.await(server.vertx.deployVerticle(server.sessions));

        assertThat(tab.answer("waits").getString("type")).isEqualTo("attached");
    }

    @Test
    void a_reader_that_pauses_gets_everything_and_does_not_delay_others() {
        server = new GatewayFixture(
                "server.outboxBytesMax", "65536", "server.sendBufferBytes", "8192", "server.stallMs", "600000");
        server.sessions.put("s1", "me", 1);
        server.sessions.logs.get("s1").padding = "x".repeat(10_000);
        TabClient quick = server.me();
        quick.send("attach", "a1", "session", "s1");
        quick.await("live");
        try (RawClient slow = stuckReader("s1")) {
            for (long head = 5; head <= 401; head += 4) {
                server.sessions.append("s1", 4);
                quick.awaitSeq("s1", head);
            }
            assertThat(quick.frames("event")).as("none was merged").hasSize(400);

            List<JsonObject> late = slow.messagesTo(frame -> frame.getLong("seq", 0L) == 401);

            assertContiguous(late, "s1", 1, 401);
            assertThat(late).as("merged where it was pulled").hasSizeLessThan(400);
        }
    }

    @Test
    void a_reader_that_pauses_for_too_long_is_closed_4008_and_others_continue() {
        server = new GatewayFixture(
                "server.outboxBytesMax", "16384", "server.sendBufferBytes", "8192", "server.stallMs", "3000");
        server.sessions.put("s1", "me", 1);
        server.sessions.logs.get("s1").padding = "x".repeat(20_000);
        TabClient quick = server.me();
        quick.send("attach", "a1", "session", "s1");
        quick.await("live");
        try (RawClient stuck = stuckReader("s1")) {
            for (int i = 0; i < 500; i++) server.sessions.append("s1", 1);
            quick.awaitSeq("s1", 501);
            Awaitility.await("the stuck reader is let go")
                    .atMost(Duration.ofSeconds(120))
                    .until(() -> server.sessions.on(
                            owner -> owner.received.stream().anyMatch(ShardMessage.Detach.class::isInstance)));

            assertThat(stuck.closeCode()).isEqualTo(4008);
        }
        assertContiguous(quick, "s1", 1, 501);
        assertThat(quick.isOpen()).isTrue();
    }

    @Test
    void a_server_with_a_stuck_reader_stops_all_the_same() {
        server = new GatewayFixture(
                "server.outboxBytesMax", "16384", "server.sendBufferBytes", "8192", "server.stallMs", "600000");
        server.sessions.put("s1", "me", 1);
        server.sessions.logs.get("s1").padding = "x".repeat(20_000);
        TabClient quick = server.me();
        try (RawClient stuck = stuckReader("s1")) {
            for (int i = 0; i < 500; i++) server.sessions.append("s1", 1);

            GatewayFixture.await(server.vertx.undeploy(server.deployment));
            GatewayFixture.await(server.vertx.close());

            assertThat(quick.awaitClose()).isEqualTo(4001);
            assertThat(stuck.ended()).isTrue();
        }
    }

    /**
     * Symptom: a reader that read nothing, not even the close frame, kept its connection forever. Cause: the close
     * timeout of Vert.x
     * starts when the close frame has been sent.
     */
    @Test
    void the_connection_of_a_reader_that_does_not_read_the_close_frame_ends() {
        server = new GatewayFixture(
                "server.connectionsMax",
                "1",
                "server.outboxBytesMax",
                "16384",
                "server.sendBufferBytes",
                "8192",
                "server.stallMs",
                "200",
                "server.silenceMs",
                "3000",
                "gateway.commandMs",
                "1000");
        server.sessions.put("s1", "me", 1);
        server.sessions.logs.get("s1").padding = "x".repeat(20_000);
        try (RawClient stuck = stuckReader("s1")) {
            assertThat(TabClient.open(server.port, "/ws").awaitClose()).isEqualTo(4504);
            for (int i = 0; i < 500; i++) server.sessions.append("s1", 1);

            Awaitility.await("its place is free")
                    .atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofMillis(200))
                    .until(server::admitsAnother);
            assertThat(stuck.ended()).isTrue();
        }
    }

    /** Attached and live, with a small receive buffer that it does not read from. */
    private RawClient stuckReader(String session) {
        int before = server.sessions.on(FakeOwner::liveReaders);
        RawClient stuck = new RawClient(server.port, 8_192);
        stuck.write(RawClient.upgrade("/ws?session=" + session));
        stuck.head();
        stuck.write(RawClient.text(new JsonObject()
                .put("type", "hello")
                .put("id", "h")
                .put("version", 1)
                .put("token", server.token("me"))
                .encode()));
        Awaitility.await("the stuck reader is live")
                .atMost(Duration.ofSeconds(120))
                .until(() -> server.sessions.on(FakeOwner::liveReaders) > before);
        return stuck;
    }

    @Test
    void a_client_that_sends_requests_but_reads_no_answers_is_closed_4008() {
        server = new GatewayFixture("server.outboxBytesMax", "16384", "server.sendBufferBytes", "8192");
        try (RawClient greedy = new RawClient(server.port, 8_192)) {
            greedy.write(RawClient.upgrade("/ws"));
            greedy.head();
            greedy.write(RawClient.text(new JsonObject()
                    .put("type", "hello")
                    .put("id", "h")
                    .put("version", 1)
                    .put("token", server.token("me"))
                    .encode()));
            // Each answer is longer than its request, so that the answers to one read alone exceed the limit.
            byte[] unknown = RawClient.text("{\"type\":\"x\",\"id\":\"1\"}");
            for (int i = 0; i < 10_000; i++) greedy.write(unknown);

            assertThat(greedy.closeCode()).isEqualTo(4008);
        }
    }

    @Test
    void a_stopping_server_says_when_to_come_back_and_closes_4001() {
        server = new GatewayFixture();
        TabClient tab = server.me();

        GatewayFixture.await(server.vertx.undeploy(server.deployment));

        assertThat(tab.awaitClose()).isEqualTo(4001);
        JsonObject goaway = tab.await("goaway");
        assertThat(goaway.getString("reason")).isEqualTo("shutdown");
        assertThat(goaway.getLong("afterMs")).isBetween(0L, 3_000L);
    }

    /** Every event after {@code after} up to {@code head}, each seq once. */
    private static void assertContiguous(TabClient tab, String session, long after, long head) {
        assertContiguous(tab.frames(), session, after, head);
    }

    private static void assertContiguous(List<JsonObject> frames, String session, long after, long head) {
        List<Long> covered = frames.stream()
                .filter(frame -> "event".equals(frame.getString("type")))
                .filter(frame -> session.equals(frame.getString("session")))
                .flatMapToLong(frame -> LongStream.rangeClosed(frame.getLong("from"), frame.getLong("seq")))
                .boxed()
                .toList();
        assertThat(covered)
                .isEqualTo(LongStream.rangeClosed(after + 1, head).boxed().toList());
    }
}
