package io.reprise.agent.loop;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.agent.FakeLog;
import io.reprise.agent.Limits;
import io.reprise.agent.Plans;
import io.reprise.agent.QuietOwner;
import io.reprise.agent.ScriptedModel;
import io.reprise.agent.ScriptedTool;
import io.reprise.history.Histories;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.Uninterrupted;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.Tool;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class AbandonedToolsTest {
    private final Limits limits = new Limits();
    private final FakeLog log = new FakeLog();
    private final long head = log.userSays("s1", "r1", "hello");
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger deafCalls = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<String> results = new CopyOnWriteArrayList<>();

    private final Tool deaf = new ScriptedTool("deaf", (call, own) -> {
        deafCalls.incrementAndGet();
        Uninterrupted.run(this::awaitRelease);
        return "late";
    });
    private final Tool quick = new ScriptedTool("quick", (call, own) -> "ok");
    private final AtomicInteger turns = new AtomicInteger();
    private volatile ScriptedModel.Turn calling;
    private final ScriptedModel model = new ScriptedModel(
            (sink, stop) -> (turns.getAndIncrement() % 2 == 0 ? calling : says("done")).play(sink, stop));
    private final AgentServices services = new AgentServices(
            agent -> plan(), new Histories(log), prefix -> prefix + ids.incrementAndGet(), Metrics.unseen());

    @AfterEach
    void letGo() {
        release.countDown();
    }

    @Test
    void a_call_that_ignores_its_time_limit_counts_until_it_ends() {
        limits.toolMs = 20;
        limits.stopGraceMs = 1;

        run(calls("deaf {}"));

        await().until(() -> services.abandoned().count() == 1);
        assertThat(services.abandoned().count("deaf")).isEqualTo(1);
        release.countDown();
        await().until(() -> services.abandoned().count() == 0);
    }

    @Test
    void a_call_that_ignores_the_stop_of_its_run_counts_until_it_ends() throws Exception {
        limits.stopGraceMs = 1;
        StopSignal stop = new StopSignal();
        AgentLoop loop = loop(stop, calls("deaf {}"));
        Thread run = Thread.ofVirtual().start(loop::run);
        await().until(() -> deafCalls.get() == 1);

        stop.stop(Reason.USER);

        run.join();
        await().until(() -> services.abandoned().count("deaf") == 1);
        release.countDown();
        await().until(() -> services.abandoned().count() == 0);
    }

    @Test
    void a_call_counts_as_abandoned_only_after_its_grace() {
        limits.toolMs = 20;
        limits.stopGraceMs = 10_000;

        run(calls("deaf {}"));

        assertThat(services.abandoned().count()).isZero();
    }

    @Test
    void a_tool_at_its_limit_of_abandoned_calls_is_not_called_but_others_are() {
        // Symptom: a tool that never ends occupied a further thread at each call by a model, without a limit.
        // Cause: a call that ignored its stop was forgotten.
        limits.toolMs = 20;
        limits.stopGraceMs = 1;
        limits.abandonedCallsMax = 2;
        run(calls("deaf {}", "deaf {}"));
        await().until(() -> services.abandoned().count("deaf") == 2);
        results.clear();

        limits.toolMs = 60_000;
        RunEnd end = run(calls("deaf {}", "quick {}"));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(results)
                .containsExactlyInAnyOrder(
                        "Error: the tool was not called: too many of its earlier calls ignored their stop and are still"
                                + " running.",
                        "ok");
        assertThat(deafCalls).hasValue(2);
    }

    @Test
    void a_tool_is_called_again_once_one_of_its_abandoned_calls_has_ended() {
        limits.toolMs = 20;
        limits.stopGraceMs = 1;
        limits.abandonedCallsMax = 1;
        run(calls("deaf {}"));
        await().until(() -> services.abandoned().count() == 1);
        release.countDown();
        await().until(() -> services.abandoned().count() == 0);
        results.clear();

        limits.toolMs = 60_000;
        run(calls("deaf {}"));

        assertThat(results).containsExactly("late");
    }

    private RunEnd run(ScriptedModel.Turn turn) {
        return loop(new StopSignal(), turn).run();
    }

    /** Its first turn makes the calls, its second one ends it. */
    private AgentLoop loop(StopSignal stop, ScriptedModel.Turn turn) {
        calling = turn;
        RunRequest request = new RunRequest("r1", "s1", "me", "owner", head, "user");
        QuietOwner owner = new QuietOwner(event -> {
            if (event instanceof ToolCallResult result)
                results.add(result.content().text());
        });
        return new AgentLoop(request, plan(), services, owner, stop);
    }

    private RunPlan plan() {
        return Plans.of(null, limits.settings(), model, List.of(deaf, quick));
    }

    private void awaitRelease() {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
