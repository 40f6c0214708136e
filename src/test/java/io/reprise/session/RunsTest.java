package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.AgentMessage.RunBeat;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.LogEvent;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.session.EventStore.AppendOutcome;
import io.reprise.session.EventStore.Loaded;
import io.reprise.telemetry.Metrics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run's batches and a store that does not keep up. */
class RunsTest {
    private final AtomicLong ids = new AtomicLong();
    private final Session session = new Session(
            "s_1",
            1,
            new Loaded("ada", "e_1", 0, 0, List.of(), null, List.of(), List.of(), EventStore.Outline.EMPTY),
            new Session.Environment(
                    Settings.with(Map.of("log.bufferBytesMax", "65536", "log.segmentBytesMax", "65536")),
                    List.of("agent"),
                    prefix -> prefix + ids.incrementAndGet(),
                    () -> 1_000,
                    Metrics.unseen()));

    @BeforeEach
    void open() {
        session.open(List.of(), false);
    }

    /**
     * Symptom: while the store was away, the unstored text of a run grew above its limit, some batches every heartbeat.
     * Cause: with several acknowledgements withheld, a heartbeat acknowledged all of them but the last.
     */
    @Test
    void a_heartbeat_gives_none_of_the_acknowledgements_that_are_withheld() {
        String run = startRun();
        session.handle(batch(run, 1, new LogEvent.TextStart("m", Role.ASSISTANT, null)));
        session.handle(batch(run, 2, new LogEvent.TextContent("m", "x".repeat(60_000))));
        List<Effect> third = session.handle(batch(run, 3, new LogEvent.TextContent("m", "x".repeat(60_000))));
        List<Effect> fourth = session.handle(batch(run, 4, new LogEvent.TextContent("m", "x".repeat(60_000))));

        List<Effect> beat = session.handle(new Input.Heartbeat());

        assertThat(told(third, BatchAck.class)).isEmpty();
        assertThat(told(fourth, BatchAck.class)).isEmpty();
        assertThat(told(beat, RunBeat.class)).extracting(RunBeat::received).containsExactly(2);
        List<Effect> stored = session.handle(new Input.Appended(new AppendOutcome.Stored()));
        stored = session.handle(new Input.Appended(new AppendOutcome.Stored()));
        assertThat(told(stored, BatchAck.class)).extracting(BatchAck::number).containsExactly(4);
    }

    /**
     * Symptom: as above, in the second run of a session. Cause: what had been acknowledged of the run before counted for
     * the next one, whose batches are numbered from 1 again.
     */
    @Test
    void a_heartbeat_acknowledges_nothing_by_the_numbers_of_the_run_before() {
        String first = startRun();
        session.handle(batch(first, 1, new LogEvent.TextStart("m", Role.ASSISTANT, null)));
        session.handle(batch(first, 2, new LogEvent.TextEnd("m")));
        session.handle(new Input.Message(
                new ShardMessage.AgentBatch("s_1", first, 3, List.of(), new RunEnd.Finished(List.of()), "agent")));
        session.handle(new Input.Appended(new AppendOutcome.Stored()));
        session.handle(new Input.Appended(new AppendOutcome.Stored()));
        String second = startRun();
        session.handle(batch(second, 1, new LogEvent.TextStart("n", Role.ASSISTANT, null)));
        session.handle(batch(second, 2, new LogEvent.TextContent("n", "x".repeat(70_000))));

        List<Effect> beat = session.handle(new Input.Heartbeat());

        assertThat(told(beat, RunBeat.class)).extracting(RunBeat::received).containsExactly(1);
    }

    /** Returns the run's id, once the agent was asked to begin. */
    private String startRun() {
        session.handle(new Input.Message(new ShardMessage.Request(
                "s_1",
                "ada",
                null,
                "hash",
                new Command.Send("hello", Command.OnBusy.QUEUE),
                new ShardMessage.ReplyTo("gateway", 1))));
        List<Effect> begun = session.handle(new Input.Appended(new AppendOutcome.Stored()));
        return told(begun, RunRequest.class).getFirst().run();
    }

    private static Input batch(String run, int number, LogEvent event) {
        return new Input.Message(new ShardMessage.AgentBatch("s_1", run, number, List.of(event), null, "agent"));
    }

    private static <T> List<T> told(List<Effect> effects, Class<T> type) {
        return effects.stream()
                .filter(Effect.Tell.class::isInstance)
                .map(effect -> ((Effect.Tell) effect).message())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
