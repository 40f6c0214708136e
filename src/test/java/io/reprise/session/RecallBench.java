package io.reprise.session;

import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent.RecallUpdated;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.support.Current;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One session with recalls, with a clock and a store that the test controls. */
abstract class RecallBench extends SessionBench {
    static final long MINUTE_MS = 60_000;

    final Set<String> forbidden = new HashSet<>();

    int commands;

    RecallBench() {
        nowMs = 1_700_000_000_000L;
    }

    @Override
    Session.Environment environment() {
        Session.Environment all = super.environment();
        return new Session.Environment(
                Current.always(all.settings()),
                all.agents(),
                all.ids(),
                all.time(),
                all.clock(),
                all.metrics(),
                user -> !forbidden.contains(user),
                all.storeAnswers(),
                all.rules(),
                user -> false);
    }

    static Command.ScheduleRecall schedule(RecallSchedule schedule) {
        return new Command.ScheduleRecall("stretch", schedule);
    }

    Recall scheduled(RecallSchedule schedule) {
        return ((CommandResult.Recalled) accepted(schedule(schedule))).recall();
    }

    CommandResult accepted(Command command) {
        long ticket = request(command);
        storeAll();
        return accepted("c" + ticket).result();
    }

    ErrorCode refused(Command command) {
        long ticket = request(command);
        storeAll();
        return refused("c" + ticket);
    }

    void send(String text) {
        accepted(new Command.Send(text, Command.OnBusy.QUEUE));
    }

    /** The timer's message when a recall is due. */
    void fire(Recall recall) {
        nowMs = Math.max(nowMs, recall.triggerAtMs());
        handle(new ShardMessage.Fire("s", recall.id(), recall.triggerAtMs()));
    }

    /** The agent ends its latest run. */
    void end(RunEnd end) {
        String run = told(RunRequest.class).getLast().run();
        handle(new ShardMessage.AgentBatch("s", run, 1, List.of(), end, "agent.t.0"));
    }

    long request(Command command) {
        requestAgain(++commands, command);
        return commands;
    }

    void requestAgain(long ticket, Command command) {
        request("c" + ticket, command);
    }

    void handle(ShardMessage.ToSession message) {
        handle(message(message));
        storeAll();
    }

    List<String> actions() {
        return values(RecallUpdated.class).stream()
                .map(updated -> updated.action().wire() + " " + updated.reason())
                .toList();
    }
}
