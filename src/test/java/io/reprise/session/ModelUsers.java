package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallCall;
import io.reprise.message.recall.RecallSchedule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The people of the model: their commands, which they repeat, and their decisions about calls. */
final class ModelUsers {
    private final ModelWorld world;
    final Map<String, Issued> issued = new LinkedHashMap<>();

    ModelUsers(ModelWorld world) {
        this.world = world;
    }

    /** So that it ends. */
    void cancelWhatRecurs() {
        for (Recall recall : List.copyOf(world.store.recalls.values())) {
            if (recall.awaitsResult()) issue(new Command.EndCall(recall.id(), "result at the end"));
            if (!recall.isOpen() || recall.schedule().kind() != RecallSchedule.Kind.INTERVAL) continue;
            issue(new Command.CancelRecall(recall.id()));
        }
    }

    void userActs() {
        if (!issued.isEmpty() && world.random.nextInt(3) == 0) {
            List<Issued> all = List.copyOf(issued.values());
            say(all.get(world.random.nextInt(all.size())));
            return;
        }
        String id = "c" + (issued.size() + 1);
        if (world.inBackground != null && world.inBackground.nextInt(8) == 0) {
            issue(backgroundCommand(id));
            return;
        }
        Command command = switch (world.random.nextInt(isAsked() ? 36 : 20)) {
            case 0 -> new Command.Stop(world.random.nextInt(3) == 0 ? null : anyRun(), Command.Scope.RUN);
            case 1 -> new Command.Stop(null, Command.Scope.ALL);
            case 2 -> new Command.Stop(anyRun(), anyScope());
            case 3 -> new Command.Send("reject " + id, Command.OnBusy.REJECT);
            case 4 -> new Command.Unqueue("m_" + world.random.nextInt(30));
            case 5 -> new Command.ScheduleRecall("recall " + id, RecallSchedule.delay(1 + world.random.nextInt(1_000)));
            case 6 -> new Command.ScheduleRecall("recall " + id, RecallSchedule.immediate());
            case 7 -> recallCommand(id);
            case 8 -> new Command.Send("interrupt " + id, Command.OnBusy.INTERRUPT);
            case 9 -> new Command.Send("rollback " + id, Command.OnBusy.ROLLBACK);
            case 10 -> new Command.Regenerate(anyMessage(), world.random.nextBoolean() ? null : "again " + id);
            case 11, 12 -> new Command.Send("steer " + id, Command.OnBusy.STEER);
            case 13 ->
                world.random.nextInt(3) == 0 ? new Command.Clear() : new Command.Stop(null, Command.Scope.QUEUED);
            case 14 -> new Command.Read(world.random.nextInt((int) world.store.head + 3));
            case 15, 16, 17 -> new Command.Send("text " + id, Command.OnBusy.QUEUE);
            default -> answer();
        };
        issue(command);
    }

    /** Mostly the active one; or one that has ended, or an unknown one. */
    String anyRun() {
        if (world.working != null && world.random.nextInt(4) > 0) return ModelWorld.runOf(world.working);
        List<String> known = List.copyOf(world.store.runs.keySet());
        int choice = world.random.nextInt(known.size() + 1);
        return choice == known.size() ? "r_none" : known.get(choice);
    }

    Command.Scope anyScope() {
        return Command.Scope.values()[world.random.nextInt(Command.Scope.values().length)];
    }

    void issue(Command command) {
        Issued its = new Issued("c" + (issued.size() + 1), command);
        issued.put(its.id, its);
        say(its);
    }

    /** Much of the waiting for people happens when everything else is quiet. */
    void peopleAct() {
        switch (world.random.nextInt(8)) {
            case 0 -> world.faults.cleanRestart();
            case 1 -> issue(new Command.Stop(world.random.nextBoolean() ? null : anyRun(), Command.Scope.RUN));
            case 2 -> issue(new Command.Send("rollback " + issued.size(), Command.OnBusy.ROLLBACK));
            case 3, 4, 5 -> issue(answer());
            default -> {}
        }
    }

    boolean isAsked() {
        return world.store.interrupts.values().stream().anyMatch(Interrupt::isOpen);
    }

    /** To an open interrupt, a resolved one, or an unknown one. */
    Command answer() {
        List<String> known = new ArrayList<>(world.store.interrupts.values().stream()
                .filter(one -> one.isOpen() || world.random.nextInt(3) == 0)
                .map(Interrupt::id)
                .toList());
        if (known.isEmpty()) known.add("i_none");
        String one = known.get(world.random.nextInt(known.size()));
        int which = world.random.nextInt(4);
        if (world.store.interrupts.containsKey(one)
                && world.store.interrupts.get(one).inquiry() != null) {
            Interrupt.Decision decision = switch (which) {
                case 0 -> Interrupt.Decision.DECLINE;
                case 1 -> Interrupt.Decision.CANCEL;
                default -> Interrupt.Decision.ACCEPT;
            };
            return new Command.Answer(one, decision, null, null);
        }
        return switch (which) {
            case 0 -> new Command.Answer(one, Interrupt.Decision.REJECT, null, "no");
            case 1 -> new Command.Answer(one, Interrupt.Decision.EDIT, "{\"a\":1}", null);
            case 2 -> new Command.Answer(one, Interrupt.Decision.RESPOND, null, "42");
            default -> new Command.Answer(one, Interrupt.Decision.APPROVE, null, null);
        };
    }

    /** A call goes on in the background; or one has ended, which the agent may say again and again. */
    Command backgroundCommand(String id) {
        List<Recall> known = world.store.recalls.values().stream()
                .filter(Recall::bringsResult)
                .toList();
        if (known.isEmpty() || world.inBackground.nextBoolean()) {
            boolean repeatable = world.inBackground.nextBoolean();
            return new Command.BeginCall(new RecallCall("t_" + id, anyRun(), "tool", repeatable, "", 0));
        }
        return new Command.EndCall(
                known.get(world.inBackground.nextInt(known.size())).id(), "result " + id);
    }

    Command recallCommand(String id) {
        List<String> known = List.copyOf(world.store.recalls.keySet());
        String recall = known.isEmpty() ? "rc_none" : known.get(world.random.nextInt(known.size()));
        return switch (world.random.nextInt(6)) {
            case 0 -> new Command.CancelRecall(recall);
            case 1 ->
                switch (world.random.nextInt(3)) {
                    case 0 -> new Command.SkipRecall(recall);
                    case 1 -> new Command.PauseRecall(recall);
                    default -> new Command.ResumeRecall(recall, world.random.nextBoolean());
                };
            case 2 -> new Command.EditRecall(recall, "edited " + id, null);
            case 3 -> new Command.EditRecall(recall, null, RecallSchedule.delay(1 + world.random.nextInt(1_000)));
            case 4 -> new Command.ListRecalls();
            default ->
                new Command.ScheduleRecall(
                        "recall " + id, RecallSchedule.interval(1_000 + world.random.nextInt(3_000)));
        };
    }

    /** Null, a user's message that may be superseded, or an unknown one. */
    String anyMessage() {
        List<String> users = world.store.rows.stream()
                .filter(row -> row.type().equals("TEXT_MESSAGE_START"))
                .map(row -> (LogEvent.TextStart) EventJson.parse(row.json(0, row.seq())))
                .filter(start -> start.role() == Role.USER)
                .map(LogEvent.TextStart::messageId)
                .toList();
        int choice = world.random.nextInt(users.size() + 4);
        if (choice < users.size()) return users.get(choice);
        return choice == users.size() ? "m_none" : null;
    }

    void say(Issued command) {
        command.asked++;
        world.toSession.add(new ShardMessage.Request(
                ModelWorld.SESSION,
                "user",
                command.id,
                "hash " + command.id,
                command.command,
                new ShardMessage.ReplyTo("gateway.model.0", Long.parseLong(command.id.substring(1)))));
    }

    void answered(Delivery.Answer answer) {
        Issued command = issued.get("c" + answer.ticket());
        switch (answer.outcome()) {
            case CommandOutcome.Accepted accepted -> {
                if (command.result == null) command.result = accepted.result();
                assertThat(accepted.result()).as("two results for one command").isEqualTo(command.result);
                assertThat(world.store.claims).as("a result before its commit").containsKey(command.id);
            }
            case CommandOutcome.Refused refused -> {
                command.refused = refused.failure().code();
                assertThat(command.refused)
                        .isIn(
                                ErrorCode.UNAVAILABLE,
                                ErrorCode.BUSY,
                                ErrorCode.QUEUE_FULL,
                                ErrorCode.TOO_MANY_REQUESTS,
                                ErrorCode.STALE_RUN,
                                ErrorCode.CONFLICT,
                                ErrorCode.NOT_FOUND);
            }
        }
    }

    static final class Issued {
        final String id;
        final Command command;
        int asked;
        CommandResult result;
        ErrorCode refused;

        Issued(String id, Command command) {
            this.id = id;
            this.command = command;
        }
    }
}
