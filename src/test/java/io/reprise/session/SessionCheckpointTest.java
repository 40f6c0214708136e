package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.history.ChatMessage;
import io.reprise.history.Conversation;
import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Role;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.RunMetadata;
import io.reprise.message.log.LogRow;
import io.reprise.message.log.OpenItems.OpenCall;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.effect.ResumePoint;
import io.reprise.session.store.Progress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Runs that start from a checkpoint on request. */
class SessionCheckpointTest extends SessionBench {
    /** Of the run below: its start, the question, a call. */
    private static final long CALLED = 7;

    @Test
    void the_conversation_is_rewound_to_the_checkpoint_and_continues_there() {
        String run = called();

        goOn(run);
        storeAll();

        AgentMessage.RunRequest request = told(AgentMessage.RunRequest.class).getLast();
        assertThat(accepted("c2").result()).isEqualTo(new CommandResult.Resumed(request.run()));
        assertThat(request.resume()).isEqualTo(Resume.from("c"));
        assertThat(started(request.run())).isEqualTo(new RunMetadata("user", null, run));
        assertThat(events()).contains(LogEvent.Custom.of(new LogEvent.HistoryRewound(CALLED, asked())));
        assertThat(contents()).containsExactly("hello");
        Progress progress = store.runs.get(request.run()).progress();
        assertThat(progress.rootSeq()).isEqualTo(1);
        assertThat(progress.resume()).isEqualTo(Resume.from("c"));
    }

    @Test
    void a_run_is_requested_by_the_agent_of_its_session_and_the_version_of_the_agents() {
        store.agent = "writer";
        settings.put("run.stepsMax", "7");
        load();

        send("c1", "hello");
        storeAll();

        AgentMessage.RunRequest request = told(AgentMessage.RunRequest.class).getLast();
        assertThat(request.agent()).isEqualTo("writer");
        assertThat(request.catalogVersion())
                .isEqualTo(Settings.with(settings).catalogVersion())
                .isNotEqualTo(Settings.defaults().catalogVersion());
    }

    @Test
    void calls_without_a_result_there_are_closed_when_the_run_ends() {
        String run = called();
        goOn(run);
        storeAll();
        String resumed = lastRun();

        batch(resumed, 1, new RunEnd.Finished(List.of()));
        storeAll();

        assertThat(rowsOf(resumed)).contains("TOOL_CALL_RESULT");
    }

    @Test
    void a_rollback_of_a_resumed_run_goes_back_to_before_the_first_one() {
        String run = called();
        // There is something before this one, and nothing before the first one.
        send("c5", "and now?");
        storeAll();
        batch(lastRun(), 1, new RunEnd.Finished(List.of()));
        storeAll();
        goOn(run);
        storeAll();
        batch(lastRun(), 1, null, new LogEvent.TextStart("a2", Role.ASSISTANT, null));
        send("c3", "instead", OnBusy.ROLLBACK);
        storeAll();

        batch(lastRun(), 2, new RunEnd.Cancelled());
        storeAll();

        assertThat(events()).contains(LogEvent.Custom.of(new LogEvent.HistoryRewound(0, null)));
        assertThat(contents()).containsExactly("instead");
    }

    /**
     * Symptom: after a crash the model was sent a result without a call. Cause: a call that waited for a decision has
     * no
     * result; a rewind superseded it, and it was still taken for one that the orphaned run had left open.
     */
    @Test
    void a_crash_closes_no_call_that_a_rewind_superseded() {
        settings.put("run.restartsMax", "1");
        load();
        String run = waiting("t1");
        stop("c3");
        storeAll();
        request("c2", new Command.Regenerate(null, null, "c", null));
        answerLookUps();
        long said = store.rows.get(3).seq();
        handle(new Input.CheckpointFound(Optional.of(new ResumePoint("c", run, said, asked(), 1, null, List.of()))));
        storeAll();

        for (int i = 0; i < 2; i++) {
            load();
            storeAll();
        }

        assertThat(store.restarts).isEqualTo(1);
        assertThat(store.runs.get(lastRun()).code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(events()).noneMatch(event -> event instanceof LogEvent.ToolCallResult);
    }

    @Test
    void an_unknown_message_is_not_found_and_nothing_is_rewound() {
        called();
        request("c2", new Command.Regenerate(null, null, "c", null));
        answerLookUps();

        handle(new Input.CheckpointFound(Optional.empty()));
        storeAll();

        assertThat(refused("c2")).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(events()).noneMatch(event -> event instanceof LogEvent.Custom);
    }

    /** A run that called a tool, had its result and ended; returns its id. */
    private String called() {
        String run = start();
        batch(
                run,
                1,
                new RunEnd.Finished(List.of()),
                new LogEvent.ToolCallStart("t1", "time", "m_call"),
                new LogEvent.ToolCallArgs("t1", "{}"),
                new LogEvent.ToolCallEnd("t1"),
                LogEvent.ToolCallResult.of("m_result", "t1", "12:00"),
                new LogEvent.TextStart("a1", Role.ASSISTANT, null),
                new LogEvent.TextContent("a1", "noon"),
                new LogEvent.TextEnd("a1"));
        storeAll();
        return run;
    }

    private void goOn(String run) {
        request("c2", new Command.Regenerate(null, null, "c", null));
        answerLookUps();
        assertThat(effects).contains(new Effect.FindCheckpoint("c"));
        handle(new Input.CheckpointFound(
                Optional.of(new ResumePoint("c", run, CALLED, asked(), 1, null, List.of(new OpenCall("t1", null))))));
    }

    /** The question: a message that only consists of calls has no event for its beginning. */
    private String asked() {
        return Conversation.of(store.rows).messages().getFirst().id();
    }

    private List<LogEvent> events() {
        return store.rows.stream()
                .filter(row -> row instanceof LogRow.Single)
                .map(row -> EventJson.parse(((LogRow.Single) row).payload()))
                .toList();
    }

    private RunMetadata started(String run) {
        return events().stream()
                .filter(event -> event instanceof LogEvent.RunStarted start
                        && start.runId().equals(run))
                .map(event -> ((LogEvent.RunStarted) event).metadata())
                .findFirst()
                .orElseThrow();
    }

    private List<String> rowsOf(String run) {
        return store.rows.stream()
                .filter(row -> run.equals(row.run()))
                .map(LogRow::type)
                .toList();
    }

    private List<String> contents() {
        return Conversation.of(store.rows).messages().stream()
                .filter(message -> message.content() != null)
                .map(ChatMessage::text)
                .toList();
    }
}
