package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.support.Stopwatch;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Somebody with one conversation, who goes on with another node, from where they are, when theirs is gone. What was not
 * answered is asked again with the same id. For one thread at a time.
 */
public final class MovingClient implements AutoCloseable {
    private static final Set<String> TRY_AGAIN = Set.of("unavailable", "timeout", "too_many_requests");
    private static final int PAUSE_MS = 100;
    private static final int LOOKS_PER_QUERY = 5;

    private final Nodes nodes;
    private final String user;
    private final Random random;
    private final Set<String> accepted = new LinkedHashSet<>();
    private TestClient tab;
    private String session;
    private int moves;

    public MovingClient(Nodes nodes, String user, Random random) {
        this(nodes, user, random, -1);
    }

    /** Connected to this node at first. */
    public MovingClient(Nodes nodes, String user, Random random, int first) {
        this(nodes, user, random, first, null);
    }

    /** As above, in a conversation that exists; a new one if it is null. */
    public MovingClient(Nodes nodes, String user, Random random, int first, String of) {
        this.nodes = nodes;
        this.user = user;
        this.random = random;
        if (first < 0) move();
        else tab = nodes.node(first).client(user);
        session = of == null ? asked("create", new JsonObject()).getString("session") : of;
        boolean[] attached = {false};
        for (Stopwatch watch = Stopwatch.started(); !attached[0]; pauseWithin(watch, "the owner of " + session)) {
            onTab(its -> attached[0] = isAttached(its));
        }
        moves = 0;
    }

    public String user() {
        return user;
    }

    public String session() {
        return session;
    }

    public TestClient tab() {
        return tab;
    }

    /** How often it has gone on with another node. */
    public int moves() {
        return moves;
    }

    /** The ids of the messages that were accepted. */
    public Set<String> accepted() {
        return accepted;
    }

    /** Has a message accepted; returns the run, or null if the message waits for one. */
    public String say(String text) {
        String id = UUID.randomUUID().toString();
        JsonObject fields = new JsonObject().put("session", session).put("text", text);
        String run = asked("send", id, fields).getString("run");
        accepted.add(id);
        return run;
    }

    /** The result of a command, which is repeated until there is one. */
    public JsonObject asked(String type, JsonObject fields) {
        return asked(type, UUID.randomUUID().toString(), fields);
    }

    private JsonObject asked(String type, String id, JsonObject fields) {
        JsonObject[] answer = {null};
        Stopwatch watch = Stopwatch.started();
        while (true) {
            onTab(its -> answer[0] = its.ask(type, id, fields));
            if (answer[0].getString("type").equals("result")) return answer[0];
            assertThat(TRY_AGAIN).as("%s of %s", answer[0], session).contains(answer[0].getString("code"));
            pauseWithin(watch, "an answer to " + type);
        }
    }

    /** Waits until an answer has begun. */
    public void awaitText() {
        onTab(its -> its.awaitThat(
                "text of " + session,
                () -> its.view(session).events.stream()
                        .anyMatch(event -> TestClient.type(event).equals("TEXT_MESSAGE_CONTENT"))));
    }

    /** Waits until no run of the conversation is left, and everything is shown. */
    public StoredLog awaitAll() {
        Stopwatch watch = Stopwatch.started();
        for (int looks = 1; looks % LOOKS_PER_QUERY != 0 || isUnfinished(); looks++) {
            onTab(TestClient::assertSound);
            pauseWithin(watch, "the end of the runs of " + session);
        }
        long head = StoredLog.of(nodes.database(), session).head();
        onTab(its -> its.awaitThat(
                "the end of " + session, () -> its.view(session).live && its.view(session).cursor >= head));
        return StoredLog.of(nodes.database(), session);
    }

    private boolean isUnfinished() {
        return StoredLog.unfinished(nodes.database()).contains(session);
    }

    /** Does it at the node of the moment, and again at the next one if that node goes meanwhile. */
    public void onTab(Consumer<TestClient> work) {
        while (true) {
            try {
                tab.assertSound();
                if (!tab.isClosed()) {
                    work.accept(tab);
                    return;
                }
            } catch (CompletionException gone) {
                tab.awaitClose();
            } catch (AssertionError failure) {
                tab.assertSound();
                if (!tab.isClosed()) throw failure;
            }
            move();
        }
    }

    private void move() {
        Stopwatch watch = Stopwatch.started();
        while (!hasMoved()) pauseWithin(watch, "a node for " + session);
        moves++;
    }

    /** False if that node has gone, too, or the session has no owner yet. */
    private boolean hasMoved() {
        TestClient next;
        try {
            next = nodes.any(random).client(user);
        } catch (RuntimeException | AssertionError gone) {
            return false;
        }
        if (session != null && !isAttached(next)) {
            next.close();
            return false;
        }
        if (tab != null) tab.close();
        tab = next;
        return true;
    }

    private boolean isAttached(TestClient next) {
        if (next != tab && tab.view(session).cursor >= 0) next.adopt(tab, session);
        try {
            JsonObject verdict = next.attach(session);
            if (!verdict.getString("type").equals("attached")) {
                assertThat(TRY_AGAIN).as("%s", verdict).contains(verdict.getString("code"));
                return false;
            }
            next.awaitThat("live", () -> next.view(session).live);
            return true;
        } catch (CompletionException gone) {
            return false;
        } catch (AssertionError failure) {
            next.assertSound();
            if (!next.isClosed()) throw failure;
            return false;
        }
    }

    private static void pauseWithin(Stopwatch watch, String what) {
        assertThat(watch.ms()).as("time for " + what).isLessThan(Patience.LIMIT.toMillis());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
    }

    /** Every message that was accepted is there once, every run has an end, and the tab has what is stored. */
    public StoredLog assertNothingLost() {
        StoredLog log = awaitAll().assertWhole();
        for (String id : accepted) {
            assertThat(log.messagesOf(id))
                    .as("the message of %s in %s", id, session)
                    .isEqualTo(1);
        }
        log.assertShownTo(tab, log.head());
        return log;
    }

    /** The runs that have ended, and not well. */
    public static List<StoredLog.StoredRun> failed(StoredLog log) {
        return log.runs().stream()
                .filter(run -> run.outcome() != null && !run.outcome().equals("success"))
                .toList();
    }

    @Override
    public void close() {
        tab.close();
    }
}
