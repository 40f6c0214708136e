package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.session.store.RunRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The agents of the model: what runs send to their session, and what they are given. */
final class ModelAgents {
    private final ModelWorld world;
    final Map<String, AgentRun> agentRuns = new LinkedHashMap<>();
    final Set<String> stopped = new HashSet<>();
    /** By message, the attempt whose agent received it. */
    final Map<String, String> given = new HashMap<>();
    /** By checkpoint, the open calls. */
    final Map<String, List<String>> checkpoints = new HashMap<>();

    final Set<String> requested = new HashSet<>();
    final Map<String, StringBuilder> sentText = new HashMap<>();

    ModelAgents(ModelWorld world) {
        this.world = world;
    }

    void agentTakes(AgentMessage message) {
        AgentRun run = agentRuns.get(message.run());
        switch (message) {
            case AgentMessage.RunRequest request -> {
                assertThat(stopped).as("given to the agent after its stop").doesNotContain(request.key());
                assertThat(request.head()).as("the user's message is stored").isLessThanOrEqualTo(world.store.head);
                assertThat(requested.add(request.key())).as("begun twice").isTrue();
                AgentRun begun = new AgentRun(world.random.nextInt(world.asksMuch ? 4 : 10));
                if (request.resume() != null) begun.calls.addAll(goesOn(request));
                agentRuns.put(request.key(), begun);
            }
            case AgentMessage.StopRun stop -> {
                stopped.add(stop.run());
                if (run != null) run.left = 0;
                if (run != null) run.acked = Math.max(run.acked, run.sent - 3);
            }
            case AgentMessage.SuspendRun suspend -> agentRuns.remove(suspend.run());
            case AgentMessage.DropInquiries drop -> {}
            case AgentMessage.PushCall push -> {}
            case AgentMessage.CancelCall cancel -> {}
            case AgentMessage.BatchAck ack -> {
                if (run != null) run.acked = Math.max(run.acked, ack.number());
                if (!ack.known()) agentRuns.remove(ack.run());
            }
            case AgentMessage.RunAnswer answer -> {
                if (run == null || !run.asking || answer.number() != run.questions) return;
                run.asking = false;
                switch (answer.answer()) {
                    case AgentMessage.Answer.Steering steering ->
                        steering.messages().forEach(one -> given(answer.run(), one));
                    case AgentMessage.Answer.Covered covered -> run.covered = covered.seq();
                    case AgentMessage.Answer.Kept ok -> kept(answer.run());
                }
            }
            case AgentMessage.RunBeat beat -> {
                if (run != null) run.acked = Math.max(run.acked, beat.received());
                world.toSession.add(new ShardMessage.RunBeatAnswer(
                        ModelWorld.SESSION, beat.run(), run != null, run == null ? 0 : run.sent));
            }
            case AgentMessage.TitleRequest asked -> {
                assertThat(asked.head()).as("the exchange is stored").isLessThanOrEqualTo(world.store.head);
                if (world.random.nextBoolean()) {
                    world.toSession.add(new ShardMessage.TitleProposed(ModelWorld.SESSION, asked.run(), "Title"));
                }
            }
        }
    }

    /** It has every answer, and the checkpoint of the run before it. Returns the calls that it has to answer. */
    List<String> goesOn(AgentMessage.RunRequest request) {
        List<String> calls = new ArrayList<>();
        RunRow row = world.store.runs.get(request.run());
        if (row == null) return calls; // The session was cleared meanwhile.
        String checkpoint = request.resume().checkpoint();
        if (checkpoint.startsWith("k_" + request.run() + ".") || checkpoint.startsWith("k_" + request.run() + "#"))
            return checkpoints.get(checkpoint);
        String resumes = world.store.rows.stream()
                .filter(one -> one.seq() == row.firstSeq())
                .map(one -> (LogEvent.RunStarted) EventJson.parse(one.json(0, one.seq())))
                .map(started -> started.metadata().resumes())
                .findFirst()
                .orElseThrow();
        assertThat(request.resume().checkpoint())
                .isEqualTo(world.store.runs.get(resumes).progress().resume().checkpoint());
        Map<String, Interrupt.Resolution> answers = new HashMap<>();
        for (AgentMessage.Answered one : request.resume().answers()) {
            answers.put(one.toolCall(), one.resolution());
            calls.add(one.toolCall());
        }
        Map<String, Interrupt.Resolution> decided = new HashMap<>();
        world.store.interrupts.values().stream()
                .filter(one -> one.run().equals(resumes))
                .forEach(one -> decided.put(one.toolCall(), one.resolution()));
        assertThat(answers).isEqualTo(decided);
        // Unless it was stopped meanwhile.
        if (row.progress().resumeSeq() != null)
            assertThat(row.progress().resume()).isEqualTo(request.resume());
        return calls;
    }

    void kept(String run) {
        AgentRun its = agentRuns.get(run);
        its.covered = 0;
        its.keeps = false;
        its.kept = its.waits && its.left <= 0;
        assertThat(world.store.everKept).as("told before it was stored").contains(its.checkpoint);
    }

    void given(String run, AgentMessage.SteeredMessage message) {
        if (!world.store.runs.containsKey(ModelWorld.runOf(run))) return; // The session was cleared meanwhile.
        assertThat(world.store.rows)
                .as("given before it was stored")
                .anyMatch(row -> ModelWorld.runOf(run).equals(row.run())
                        && row.type().equals("TEXT_MESSAGE_START")
                        && row.json(0, row.seq()).contains('"' + message.id() + '"'));
        String before = given.put(message.id(), run);
        if (before == null) return;
        assertThat(before).as("given twice: " + message).isNotEqualTo(run);
        if (!world.store.runs.containsKey(ModelWorld.runOf(before))) return;
        assertThat(AgentMessage.RunRequest.key(
                        ModelWorld.runOf(before),
                        world.store
                                .runs
                                .get(ModelWorld.runOf(before))
                                .progress()
                                .attempt()))
                .as("given to another while its attempt goes on: " + message)
                .isNotEqualTo(before);
    }

    /** It waits for the answer, as its thread does, and repeats the question. */
    void asks(AgentRun run, String id) {
        asks(run, id, new ShardMessage.Question.AskSteering());
    }

    void asks(AgentRun run, String id, ShardMessage.Question question) {
        if (!run.asking) run.questions++;
        if (!run.asking) run.question = question;
        run.asking = true;
        if (world.isLost()) return;
        world.toSession.add(new ShardMessage.RunQuestion(
                ModelWorld.SESSION, id, run.questions, run.sent, "agent.model.0", run.question));
    }

    /** Asks how much of it is in the log, and then whether it may continue from there. */
    void keeps(AgentRun run, String id) {
        run.keeps = true;
        if (run.covered == 0) {
            asks(run, id, new ShardMessage.Question.AskCovered());
            return;
        }
        run.checkpoint = "k_" + id + "." + run.questions;
        List<String> calls = new ArrayList<>(run.calls);
        calls.addAll(run.open);
        checkpoints.put(run.checkpoint, calls);
        asks(run, id, new ShardMessage.Question.Keep(run.checkpoint, run.covered));
    }

    void agentActs(int times) {
        for (int i = 0; i < times; i++) agentActs();
    }

    void agentActs() {
        for (String id : List.copyOf(agentRuns.keySet())) {
            AgentRun run = agentRuns.get(id);
            boolean stopping = stopped.contains(id);
            if (!stopping && (run.asking || world.random.nextInt(5) == 0)) {
                if (!run.asking || world.random.nextInt(4) == 0) asks(run, id);
                continue;
            }
            if (run.sent - run.acked >= 4) continue;
            List<LogEvent> events = new ArrayList<>();
            RunEnd end = null;
            if (!stopping && run.left > 0 && (run.keeps || !world.calm && world.random.nextInt(6) == 0)) {
                keeps(run, id);
                continue;
            }
            if (run.left-- > 0) {
                piece(run, id, events);
            } else if (!stopping && run.waits && !run.kept) {
                keeps(run, id);
                continue;
            } else if (run.kept) {
                end = new RunEnd.Interrupted(run.asks, List.of());
            } else end = world.random.nextInt(4) == 0 ? failed() : new RunEnd.Finished(List.of());
            world.toSession.add(
                    new ShardMessage.AgentBatch(ModelWorld.SESSION, id, ++run.sent, events, end, "agent.model.0"));
            if (end != null) agentRuns.remove(id);
            // Losing a batch on the bus is rare, and must be detected.
            if (!world.calm && world.random.nextInt(60) == 0) world.toSession.removeLast();
        }
    }

    void piece(AgentRun run, String id, List<LogEvent> events) {
        if (!run.calls.isEmpty()) {
            String call = run.calls.removeFirst();
            events.add(LogEvent.ToolCallResult.of(id + "_r" + call, call, "done"));
        }
        if (run.message == null) {
            events.add(new LogEvent.StepStarted("step " + id + run.sent));
            run.message = id + "_m" + run.sent;
            events.add(new LogEvent.TextStart(run.message, Role.ASSISTANT, null));
        }
        for (int i = 0; i <= world.random.nextInt(3); i++) {
            String piece = id + "." + run.sent + "." + i + " ";
            events.add(new LogEvent.TextContent(run.message, piece));
            sentText.computeIfAbsent(id, run0 -> new StringBuilder()).append(piece);
        }
        if (world.random.nextInt(world.asksMuch ? 2 : 4) == 0) {
            events.add(new LogEvent.TextEnd(run.message));
            run.message = null;
            String call = id + "_t" + run.sent;
            run.open.add(call);
            events.add(new LogEvent.ToolCallStart(call, "time", null));
            events.add(new LogEvent.ToolCallArgs(call, "{}"));
            if (world.mayAsk && world.asksMuch) {
                run.waits = true;
                if (world.random.nextInt(3) > 0) run.left = 0;
                run.asks.add(new AgentMessage.Ask("i_" + call, call, "time", "{}", inquiry(call)));
            }
        }
    }

    static RunEnd failed() {
        return new RunEnd.Failed(io.reprise.message.Failure.of(ErrorCode.MODEL_ERROR, "It failed."));
    }

    /** Every third call asks something; the others need an approval. */
    static Inquiry inquiry(String call) {
        return call.hashCode() % 3 == 0
                ? new Inquiry("house", Inquiry.Mode.URL, "Pay?", null, "https://pay.example/", 60_000)
                : null;
    }

    static final class AgentRun {
        int left;
        int sent;
        int acked;
        int questions;
        boolean asking;
        boolean waits;
        boolean keeps;
        boolean kept;
        long covered;
        String checkpoint;
        ShardMessage.Question question;
        String message;
        /** The calls that it resumes with and has not answered. */
        final List<String> calls = new ArrayList<>();

        /** The calls that it made and that have no result. */
        final List<String> open = new ArrayList<>();

        final List<AgentMessage.Ask> asks = new ArrayList<>();

        AgentRun(int left) {
            this.left = left;
        }
    }
}
