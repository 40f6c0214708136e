package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.StopRun;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.store.Loaded;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A session that expires while people come, in any order: with a store that answers late, whose answers are lost, and which
 * may carry out an erasure long after it was given up.
 */
class SessionExpiryRacesTest extends SessionBench {
    private static final long TTL_MS = TimeUnit.MINUTES.toMillis(10);
    private static final long GRACE_MS = 30_000;
    private static final int ROUNDS = Rounds.of(200, 20_000);
    private static final int STEPS = 120;

    private final Random random = Seed.random("SessionExpiryRacesTest");
    private final List<Runnable> inStore = new ArrayList<>();
    private final List<Input> timers = new ArrayList<>();

    /** Erasures whose answer was lost, and which are not carried out yet. */
    private final List<Runnable> late = new ArrayList<>();

    private final List<ShardMessage.Request> again = new ArrayList<>();
    private final List<Long> reading = new ArrayList<>();
    private String run;
    private int handled;
    private boolean erased;
    private int commands;
    private int erasures;
    private int survived;

    /** By the test's own count. */
    private long lastUseMs;

    /** Commands that were accepted, which an erasure that was decided before must not undo. */
    private int accepted;

    SessionExpiryRacesTest() {
        settings.put("sessions.userTtlMinutes", "10");
        nowMs = 1_700_000_000_000L;
    }

    @Test
    void what_was_accepted_is_never_erased_by_an_expiry_that_was_decided_before() {
        for (int round = 0; round < ROUNDS; round++) {
            anew();
            for (int step = 0; step < STEPS && !erased; step++) {
                act();
                carryOut();
            }
            if (!erased) survived++;
        }

        System.out.println(erasures + " erased, " + survived + " survived");
        assertThat(erasures).as("of %d sessions", ROUNDS).isGreaterThan(ROUNDS / 100);
        assertThat(survived).isGreaterThan(ROUNDS / 100);
    }

    private void anew() {
        inStore.clear();
        timers.clear();
        late.clear();
        again.clear();
        reading.clear();
        erased = false;
        run = null;
        accepted = 0;
        fresh = new ModelStore();
        lastUseMs = nowMs;
        reload();
    }

    private ModelStore fresh;

    /** The same owner, as after a loss: only the version tells the objects of the session apart. */
    private void reload() {
        if (erased) return;
        fresh.idleSinceMs = lastUseMs;
        Loaded loaded = fresh.load(Math.max(1, fresh.owner));
        session = new Session("s", fresh.owner, loaded, environment());
        timers.clear();
        reading.clear();
        run = null;
        effects.clear();
        handled = 0;
        effects.addAll(session.open(loaded.orphans(), false));
        List.copyOf(again).forEach(request -> handle(message(request)));
        again.clear();
        carryOut();
    }

    private void act() {
        if (!late.isEmpty() && random.nextInt(20) == 0) late.removeFirst().run();
        switch (random.nextInt(13)) {
            case 0, 1, 2 -> handle(message(new ShardMessage.ExpireSession("s")));
            case 3 -> nowMs += random.nextLong(TTL_MS * 2);
            case 4 -> nowMs += TTL_MS;
            case 5, 6 -> fireTimer();
            case 7, 8, 9 -> answerFromStore();
            case 10 -> read();
            case 11 -> command();
            case 12 -> work();
            default -> throw new AssertionError();
        }
        if (!reading.isEmpty() || run != null) used();
    }

    private void used() {
        lastUseMs = nowMs;
    }

    private void read() {
        if (reading.isEmpty() || random.nextBoolean()) {
            reading.add((long) ++commands);
            handle(message(new ShardMessage.Attach("s", "user", reader(commands), null)));
        } else {
            handle(message(new ShardMessage.Detach("s", reader(reading.removeLast()))));
        }
        used();
    }

    private static Reader reader(long number) {
        return new Reader("gateway.t.0", number);
    }

    private void command() {
        Command command = switch (random.nextInt(4)) {
            case 0 -> new Command.Keep();
            case 1 -> new Command.ScheduleRecall("tea", RecallSchedule.delay(TTL_MS));
            case 2 -> new Command.Stop(null, Command.Scope.ALL);
            default -> new Command.Send("hello", Command.OnBusy.QUEUE);
        };
        request("c" + ++commands, command);
        used();
    }

    /** The agent of an active run ends it, or a recall that is due fires. */
    private void work() {
        if (run != null) {
            batch(run, 1, new RunEnd.Finished(List.of()), text("m" + commands, "done"));
            run = null;
            used();
            return;
        }
        fresh.recalls.values().stream().filter(Recall::isPending).findFirst().ifPresent(recall -> {
            nowMs = Math.max(nowMs, recall.triggerAtMs());
            if (random.nextBoolean()) {
                request("c" + ++commands, new Command.CancelRecall(recall.id()));
                used();
            } else {
                // No use if the recall is being cancelled, which the store does not know yet; else a run begins.
                handle(message(new ShardMessage.Fire("s", recall.id(), recall.triggerAtMs())));
            }
        });
    }

    private void fireTimer() {
        if (timers.isEmpty()) return;
        Input due = timers.remove(random.nextInt(timers.size()));
        if (due instanceof Input.ExpiryDue) nowMs += GRACE_MS;
        handle(due);
    }

    private void answerFromStore() {
        if (!inStore.isEmpty()) inStore.remove(random.nextInt(inStore.size())).run();
    }

    private void carryOut() {
        while (!erased && handled < effects.size()) {
            switch (effects.get(handled++)) {
                case Effect.Store storing -> later(() -> new Input.Appended(fresh.append(storing.append())));
                case Effect.LookUpClaim lookUp ->
                    later(() -> new Input.ClaimFound(fresh.claim(lookUp.user(), lookUp.id())));
                case Effect.CountRecalls count -> later(() -> new Input.RecallsCounted(0));
                case Effect.Later later -> timers.add(later.input());
                case Effect.Erase erase -> erase(erase);
                case Effect.Tell tell -> told(tell);
                case Effect.Drop drop -> {
                    again.addAll(drop.unanswered());
                    reload();
                }
                default -> {}
            }
        }
    }

    private void told(Effect.Tell tell) {
        if (tell.message() instanceof RunRequest request) run = request.run();
        if (tell.message() instanceof StopRun) run = null;
        if (tell.message() instanceof Delivery.Answer answer && answer.outcome() instanceof CommandOutcome.Accepted)
            accepted++;
    }

    private void later(java.util.function.Supplier<Input> question) {
        Session asking = session;
        inStore.add(() -> {
            Input answer = question.get();
            if (session == asking) handle(answer);
        });
    }

    /** The answer may be lost, and the erasure may be carried out after that, or never. */
    private void erase(Effect.Erase erase) {
        assertThat(nowMs - lastUseMs).as("idle when it is decided").isGreaterThanOrEqualTo(TTL_MS);
        assertThat(fresh.recalls.values()).noneMatch(Recall::isOpen);
        assertThat(fresh.runs.values()).noneMatch(unfinished -> unfinished.outcome() == null);
        assertThat(fresh.queue).isEmpty();
        int acceptedBefore = accepted;
        Session asking = session;
        Runnable execution = () -> {
            if (erased || erase.version() != null && erase.version() != fresh.version) {
                if (session == asking && !erased) handle(new Input.Erased(false));
                return;
            }
            assertThat(accepted).as("accepted commands").isEqualTo(acceptedBefore);
            erased = true;
            erasures++;
        };
        if (random.nextInt(3) > 0) {
            inStore.add(execution);
            return;
        }
        inStore.add(() -> {
            if (session == asking) handle(new Input.Erased(null));
            if (random.nextBoolean()) late.add(execution);
        });
    }
}
