package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.ShardMessage;
import io.reprise.message.UserNotices.Kind;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a session that nobody uses expires, with the clock and the store in the test's hand. */
class SessionExpiryTest extends SessionBench {
    private static final long TTL_MS = TimeUnit.MINUTES.toMillis(10);
    private static final long GRACE_MS = 30_000;

    SessionExpiryTest() {
        nowMs = 1_700_000_000_000L;
        settings.put("sessions.userTtlMinutes", "10");
    }

    @BeforeEach
    void loadUsedNow() {
        store.idleSinceMs = nowMs;
        load();
    }

    @Test
    void an_idle_session_is_announced_and_after_the_grace_erased_as_it_was() {
        nowMs += TTL_MS;

        ask();
        List<Effect> warning = List.copyOf(effects);
        ask();
        graceIsOver();

        assertThat(warning)
                .containsExactly(
                        new Effect.Announce(Kind.SESSION_EXPIRING, nowMs + GRACE_MS),
                        new Effect.Later(GRACE_MS, new Input.ExpiryDue(1)));
        assertThat(effects).last().isEqualTo(new Effect.Erase(store.version));
        long expiresAtMs = ((Effect.Announce) warning.getFirst()).expiresAtMs();
        nowMs += 5_000;
        handle(new Input.Erased(true));
        assertThat(kinds()).containsExactly(Kind.SESSION_EXPIRING, Kind.SESSION_EXPIRED);
        assertThat(effects)
                .as("with the time that was announced")
                .contains(new Effect.Announce(Kind.SESSION_EXPIRED, expiresAtMs));
        assertThat(effects).last().isInstanceOf(Effect.Drop.class);
    }

    @Test
    void without_a_time_to_live_it_never_expires() {
        settings.remove("sessions.userTtlMinutes");
        load();
        nowMs += TimeUnit.DAYS.toMillis(1_000);

        ask();

        assertThat(effects).isEmpty();
    }

    @Test
    void it_is_asked_again_only_when_its_last_use_is_old_again() {
        nowMs += TTL_MS - 1;

        ask();

        assertThat(kinds()).isEmpty();
        assertThat(storedUses()).as("or the job would find it each time").isEqualTo(1);
    }

    @Test
    void a_reader_a_run_a_waiting_decision_and_a_reminder_keep_it() {
        attach(null);
        nowMs += TTL_MS;
        ask();
        detach();
        storeAll();
        String run = start();
        nowMs += TTL_MS;
        ask();
        interrupt(run, "t1");
        nowMs += TTL_MS;
        ask();
        stop("c2");
        storeAll();
        request("c3", new Command.ScheduleRecall("tea", RecallSchedule.delay(TTL_MS * 5)));
        storeAll();
        nowMs += TTL_MS;
        ask();
        assertThat(kinds()).isEmpty();

        request("c4", new Command.CancelRecall(store.recalls.keySet().iterator().next()));
        storeAll();
        nowMs += TTL_MS - 1;
        ask();
        assertThat(kinds()).as("counted from the end of the last use").isEmpty();
    }

    /** Symptom: a chat that was open for an hour would expire as soon as its tab was closed. */
    @Test
    void the_end_of_a_use_is_stored_with_what_it_changes_or_alone() {
        attach(null);
        storeAll();
        int whileOpen = store.uses;
        detach();
        storeAll();

        assertThat(whileOpen).isZero();
        assertThat(store.uses).isEqualTo(1);
        assertThat(lastAppend.rows()).isEmpty();

        String run = start();
        batch(run, 1, new RunEnd.Finished(List.of()), text("m1", "done"));
        storeAll();
        assertThat(store.uses).isEqualTo(2);
        assertThat(lastAppend.rows()).isNotEmpty();
    }

    @Test
    void each_use_within_the_grace_keeps_it() {
        nowMs += TTL_MS;
        ask();
        attach(null);
        graceIsOver();
        assertThat(kinds()).containsExactly(Kind.SESSION_EXPIRING, Kind.SESSION_KEPT);

        detach();
        storeAll();
        nowMs += TTL_MS;
        ask();
        request("c1", new Command.Keep());
        storeAll();
        graceIsOver();
        assertThat(accepted("c1").result()).isEqualTo(new CommandResult.Done());

        nowMs += TTL_MS;
        ask();
        send("c2", "hello");
        storeAll();
        graceIsOver();
        assertThat(kinds())
                .containsExactly(
                        Kind.SESSION_EXPIRING,
                        Kind.SESSION_KEPT,
                        Kind.SESSION_EXPIRING,
                        Kind.SESSION_KEPT,
                        Kind.SESSION_EXPIRING,
                        Kind.SESSION_KEPT);
        assertThat(effects).noneMatch(Effect.Erase.class::isInstance);
    }

    @Test
    void a_foreign_reader_or_command_is_no_use() {
        nowMs += TTL_MS;
        ask();
        handle(message(new ShardMessage.Attach("s", "eve", READER, null)));
        var replyTo = new ShardMessage.ReplyTo("gateway.t.0", 9);
        handle(message(new ShardMessage.Request("s", "eve", "c9", "h", new Command.Keep(), replyTo)));

        graceIsOver();

        assertThat(effects).last().isInstanceOf(Effect.Erase.class);
    }

    @Test
    void what_comes_while_it_is_erased_is_not_accepted() {
        nowMs += TTL_MS;
        ask();
        graceIsOver();

        send("c1", "too late");
        handle(new Input.Erased(true));

        assertThat(refused("c1")).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void what_comes_while_it_is_erased_is_not_lost_if_it_could_not_be() {
        nowMs += TTL_MS;
        ask();
        graceIsOver();

        send("c1", "just in time");
        handle(new Input.Erased(null));

        assertThat(effects)
                .last()
                .isInstanceOfSatisfying(
                        Effect.Drop.class,
                        drop -> assertThat(drop.unanswered())
                                .extracting(each -> each.id())
                                .containsExactly("c1"));
    }

    /** The time of day may be set: a step of an hour may cost a session at most that hour. */
    @Test
    void a_clock_that_is_set_back_delays_it_and_one_that_is_set_ahead_counts_as_time_passed() {
        nowMs += TTL_MS;
        stepMs = -TimeUnit.HOURS.toMillis(1);
        ask();
        assertThat(kinds()).isEmpty();

        stepMs = 0;
        storeAll();
        store.idleSinceMs = nowMs;
        load();
        stepMs = TTL_MS - 1;
        ask();
        assertThat(kinds()).isEmpty();
        storeAll();
        stepMs = TTL_MS;
        ask();
        assertThat(kinds()).containsExactly(Kind.SESSION_EXPIRING);
    }

    @Test
    void a_longer_time_to_live_counts_at_once_and_so_does_the_stop_of_the_server() {
        nowMs += TTL_MS;
        ask();
        change("sessions.userTtlMinutes", "20");
        graceIsOver();
        assertThat(kinds()).containsExactly(Kind.SESSION_EXPIRING, Kind.SESSION_KEPT);

        change("sessions.userTtlMinutes", "10");
        ask();
        attach(null);
        handle(new Input.Drain());
        detach();
        ask();
        graceIsOver();

        assertThat(effects).noneMatch(Effect.Erase.class::isInstance);
        storeAll();
        assertThat(store.uses).isPositive();
    }

    @Test
    void it_stays_in_memory_during_the_grace() {
        nowMs += TTL_MS;
        assertThat(session.isIdle()).isTrue();

        ask();

        assertThat(session.isIdle()).isFalse();
    }

    private void ask() {
        handle(message(new ShardMessage.ExpireSession("s")));
    }

    private void detach() {
        handle(message(new ShardMessage.Detach("s", READER)));
    }

    /** The newest warning. */
    private void graceIsOver() {
        List<Input.ExpiryDue> due = effects.stream()
                .filter(effect -> effect instanceof Effect.Later later && later.input() instanceof Input.ExpiryDue)
                .map(effect -> (Input.ExpiryDue) ((Effect.Later) effect).input())
                .toList();
        if (!due.isEmpty()) handle(due.getLast());
    }

    private List<Kind> kinds() {
        return effects.stream()
                .filter(Effect.Announce.class::isInstance)
                .map(effect -> ((Effect.Announce) effect).kind())
                .toList();
    }

    private int storedUses() {
        storeAll();
        return store.uses;
    }
}
