package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.Interrupt;
import io.reprise.message.Role;
import io.reprise.message.log.EventFrame;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.message.recall.Recall;
import io.reprise.session.store.RunRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What is checked once all is quiet. */
final class ModelEnd {
    private final ModelWorld world;
    final List<Told> told = new ArrayList<>();

    ModelEnd(ModelWorld world) {
        this.world = world;
    }

    /** All announced events of an epoch must be in the log at the end, if the log still has that epoch. */
    void remember(Delivery delivery) {
        if (delivery instanceof Delivery.LiveEvents news) {
            news.frames().forEach(frame -> told.add(new Told(news.epoch(), frame)));
        } else if (delivery instanceof Delivery.EventPage page) {
            page.frames().forEach(frame -> told.add(new Told(page.epoch(), frame)));
        }
    }

    void checkWhatWasTold() {
        Set<EventFrame> checked = new HashSet<>();
        for (Told one : told) {
            if (!one.epoch().equals(world.store.epoch) || !checked.add(one.frame())) continue;
            StringBuilder logged = new StringBuilder();
            long after = one.frame().from() - 1;
            world.store
                    .read(after, one.frame().seq(), Integer.MAX_VALUE)
                    .forEach(row ->
                            logged.append(LogText.of(row, after, one.frame().seq())));
            assertThat(LogText.of(one.frame()))
                    .as("told, and then not in the log")
                    .isEqualTo(logged.toString());
        }
    }

    /** A successful run has all text of its agent, any other run a prefix of it. */
    void checkWhatAgentsSent() {
        world.store.runs.forEach((run, row) -> {
            for (int i = 1; i <= row.progress().attempt(); i++) {
                checkWhatAgentSent(AgentMessage.RunRequest.key(run, i), row, i);
            }
        });
    }

    void checkWhatAgentSent(String id, RunRow run, int attempt) {
        String logged = world.store.rows.stream()
                .filter(row -> run.id().equals(row.run()) && row instanceof LogRow.Segment)
                .map(row -> (LogRow.Segment) row)
                .filter(row -> row.target().startsWith(id + "_m"))
                .map(LogRow.Segment::text)
                .collect(Collectors.joining());
        String sent =
                world.agents.sentText.getOrDefault(id, new StringBuilder()).toString();
        assertThat(sent).as("text of " + run).startsWith(logged);
        if ("success".equals(run.outcome()) && attempt == run.progress().attempt())
            assertThat(logged).as("text of " + run).isEqualTo(sent);
    }

    /** A successful run received exactly the messages in its log; every other run at most those. */
    void checkWhatAgentsWereGiven() {
        Map<String, List<String>> said = new HashMap<>();
        for (LogRow row : world.store.rows) {
            if (!row.type().equals("TEXT_MESSAGE_START")) continue;
            LogEvent.TextStart start = (LogEvent.TextStart) EventJson.parse(row.json(0, row.seq()));
            if (start.role() == Role.USER)
                said.computeIfAbsent(row.run(), run -> new ArrayList<>()).add(start.messageId());
        }
        said.forEach((run, messages) -> {
            boolean goesOn = world.store.rows.stream()
                    .filter(row -> run.equals(row.run()) && row.type().equals("RUN_STARTED"))
                    .map(row -> (LogEvent.RunStarted) EventJson.parse(row.json(0, row.seq())))
                    .anyMatch(started -> started.metadata().resumes() != null);
            List<String> onItsWay = messages.subList(goesOn ? 0 : 1, messages.size());
            List<String> got = world.agents.given.keySet().stream()
                    .filter(message ->
                            ModelWorld.runOf(world.agents.given.get(message)).equals(run))
                    .toList();
            assertThat(onItsWay).containsAll(got);
            if ("success".equals(world.store.runs.get(run).outcome()))
                assertThat(got)
                        .containsAll(onItsWay.stream()
                                .filter(livingSteers(run)::contains)
                                .toList());
        });
    }

    /** The users' messages of the run that no restart of it superseded. */
    Set<String> livingSteers(String run) {
        Map<String, Long> living = new HashMap<>();
        for (LogRow row : world.store.rows) {
            if (!run.equals(row.run()) || !(row instanceof LogRow.Single single)) continue;
            switch (EventJson.parse(single.payload())) {
                case LogEvent.TextStart e when e.role() == Role.USER -> living.put(e.messageId(), row.seq());
                case LogEvent.Custom(String name, LogEvent.RunRestarted again) ->
                    living.values().removeIf(seq -> seq > again.toSeq());
                case LogEvent other -> {}
            }
        }
        return living.keySet();
    }

    /** No recall is forgotten: every accepted one exists and is finished, and one that ended by itself has run. */
    void checkRecalls() {
        for (ModelUsers.Issued command : world.users.issued.values()) {
            if (command.command instanceof Command.ScheduleRecall
                    && command.result instanceof CommandResult.Recalled scheduled) {
                assertThat(world.store.recalls).containsKey(scheduled.recall().id());
            }
        }
        for (Recall recall : world.store.recalls.values()) {
            if (recall.bringsResult()) checkResult(recall);
            if (recall.isPaused() || recall.status() == Recall.Status.CANCELLED) continue;
            assertThat(recall.isOpen()).as("waits for ever: " + recall).isFalse();
            assertThat(world.store.everyRun)
                    .as("a run of " + recall)
                    .anyMatch(run -> recall.id().equals(run.recall()));
        }
    }

    /** The result of a call in the background came once, unless somebody cancelled it before. */
    void checkResult(Recall recall) {
        assertThat(recall.status()).isIn(Recall.Status.FIRED, Recall.Status.CANCELLED);
        long runs = world.store.everyRun.stream()
                .filter(run -> recall.id().equals(run.recall()))
                .map(RunRow::id)
                .distinct()
                .count();
        assertThat(runs).as("runs with the result of " + recall).isEqualTo(recall.run() == null ? 0 : 1);
        if (recall.status() == Recall.Status.FIRED) assertThat(runs).isEqualTo(1);
    }

    /** Every accepted message was sent to an agent, or was removed. */
    void checkMessages() {
        Set<String> takenBack = new HashSet<>();
        for (ModelUsers.Issued command : world.users.issued.values()) {
            if (command.command instanceof Command.Clear && command.result != null) return;
            if (command.command instanceof Command.Unqueue unqueue) takenBack.add(unqueue.message());
            if (command.result instanceof CommandResult.Stopped stop) takenBack.addAll(stop.unqueued());
        }
        for (ModelUsers.Issued command : world.users.issued.values()) {
            if (!(command.result instanceof CommandResult.Sent sent)) continue;
            if (takenBack.contains(sent.message())) continue;
            assertThat(world.store.everSaid).as("lost: " + command.command).contains(sent.message());
        }
    }

    /** Every stopped run was named, reported as stopped, or replaced by a message: nothing else stops a run. */
    void checkStops() {
        Set<String> asked = new HashSet<>();
        for (ModelUsers.Issued command : world.users.issued.values()) {
            if (command.command instanceof Command.Stop stop && stop.run() != null) asked.add(stop.run());
            if (command.result instanceof CommandResult.Stopped stop) asked.addAll(stop.stopped());
        }
        long replaced = world.users.issued.values().stream()
                .filter(one -> one.result != null
                        && one.command instanceof Command.Send send
                        && (send.onBusy() == Command.OnBusy.INTERRUPT || send.onBusy() == Command.OnBusy.ROLLBACK))
                .count();
        List<String> others = world.store.rows.stream()
                .filter(row -> row instanceof LogRow.Single && row.type().equals("CUSTOM"))
                .map(row -> EventJson.parse(row.json(0, row.seq())))
                .filter(event -> event instanceof LogEvent.Custom(String name, LogEvent.RunStopping stopping)
                        && stopping.by() != null
                        && !asked.contains(stopping.run()))
                .map(event -> ((LogEvent.RunStopping) ((LogEvent.Custom) event).value()).run())
                .toList();
        assertThat(others).as("stopped by nobody").hasSizeLessThanOrEqualTo((int) replaced);
    }

    void checkTheEnd() {
        assertThat(world.session.isSettled())
                .as("everything is stored and nothing runs")
                .isTrue();
        assertThat(world.store.queue).as("nothing waits for ever").isEmpty();
        assertThat(world.store.interrupts.values())
                .as("nobody is waited for, for ever")
                .noneMatch(Interrupt::isOpen);
        checkMessages();
        assertThat(world.store.runs.values()).allMatch(run -> run.outcome() != null);
        assertThat(world.agents.agentRuns).as("agents that still run").isEmpty();
        for (ModelUsers.Issued command : world.users.issued.values()) {
            if (command.asked > 0) {
                assertThat(command.result != null || command.refused != null)
                        .as("command without an answer: " + command.id)
                        .isTrue();
            }
        }
        long users = world.store.conversation().messages().stream()
                .filter(message ->
                        message.role() == Role.USER && message.metadata().recall() == null)
                .map(message -> message.metadata().command())
                .peek(id -> assertThat(world.store.claims).containsKey(id))
                .distinct()
                .count();
        assertThat(world.store.conversation().messages().stream()
                        .filter(message -> message.role() == Role.USER
                                && message.metadata().recall() == null)
                        .count())
                .as("one effect for each command")
                .isEqualTo(users);
        checkWhatWasTold();
        checkWhatAgentsSent();
        checkWhatAgentsWereGiven();
        checkRecalls();
        checkStops();
        for (ModelGateway.Tab tab : world.tabs) {
            assertThat(tab.live).as("tab is live").isTrue();
            assertThat(tab.epoch).isEqualTo(world.store.epoch);
            assertThat(tab.cursor).isEqualTo(world.store.head);
            assertThat(tab.text.toString()).as("what a tab has").isEqualTo(world.store.fold(world.store.head));
        }
    }

    /** A frame that left the session. */
    record Told(String epoch, EventFrame frame) {}
}
