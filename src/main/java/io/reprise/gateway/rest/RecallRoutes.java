package io.reprise.gateway.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.gateway.frame.Fields;
import io.reprise.gateway.frame.RecallBodies;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.history.RecallDirectory;
import io.reprise.history.RecallSlots;
import io.reprise.history.SessionDirectory;
import io.reprise.message.Command;
import io.reprise.message.Failure;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Recalls over REST, see section 7 of the protocol. Changes are commands to the session. */
public final class RecallRoutes {
    private static final Failure NOT_FOUND = Failure.notFound("Recall");

    private static final int PREVIEWED_SLOTS = 3;

    private final CommandCalls commands;
    private final SessionDirectory sessions;
    private final RecallDirectory recalls;
    private final RecallSlots slots;
    private final RecallBodies bodies;

    public RecallRoutes(CommandCalls commands, GatewayParts parts) {
        this.commands = commands;
        this.sessions = parts.read().sessions();
        this.recalls = parts.read().recalls();
        this.slots = parts.read().slots();
        this.bodies = new RecallBodies(parts.current().map(now -> now.sessions().textBytesMax()));
    }

    public void bindTo(Api api) {
        api.on("scheduleRecall", this::schedule)
                .on("listRecallsOfSession", this::listOfSession)
                .on("listRecalls", this::list)
                .on("previewRecall", this::preview)
                .on("getRecall", call -> owned(call, recall -> call.answer(200, RecallBodies.shown(recall))))
                .on("editRecall", this::edit)
                .on("cancelRecall", this::cancel)
                .on("skipRecall", this::skip)
                .on("pauseRecall", call -> change(call, Command.PauseRecall::new, result -> call.answer(200, result)))
                .on("resumeRecall", this::resume)
                .on("listRecallRuns", this::runs);
    }

    private void schedule(ApiCall call) {
        Fields fields = new Fields(call.body());
        Command command = bodies.scheduled(fields);
        if (fields.fault() != null) {
            call.refuse(fields.fault());
            return;
        }
        ask(call, call.session(), command, result -> call.created("/recalls/" + result.get("id"), result));
    }

    private void preview(ApiCall call) {
        Fields fields = new Fields(call.body());
        RecallSchedule asked = bodies.previewed(fields);
        if (fields.fault() != null) {
            call.refuse(fields.fault());
            return;
        }
        try {
            call.answer(200, RecallBodies.shown(slots.preview(asked, PREVIEWED_SLOTS)));
        } catch (IllegalArgumentException e) {
            call.answer(200, Map.of("refused", e.getMessage()));
        }
    }

    private void edit(ApiCall call) {
        Fields fields = new Fields(call.body());
        Command command = bodies.edited(call.text("recall"), fields);
        if (fields.fault() != null) call.refuse(fields.fault());
        else change(call, recall -> command, result -> call.answer(200, result));
    }

    private void cancel(ApiCall call) {
        change(call, Command.CancelRecall::new, result -> call.answerNothing());
    }

    private void skip(ApiCall call) {
        change(call, Command.SkipRecall::new, result -> call.answer(200, result));
    }

    private void resume(ApiCall call) {
        change(call, recall -> new Command.ResumeRecall(recall, true), result -> call.answer(200, result));
    }

    /** Finds the session of the recall; the session decides everything else. */
    private void change(ApiCall call, Function<String, Command> command, Consumer<Map<String, Object>> accepted) {
        owned(call, recall -> ask(call, recall.session(), command.apply(recall.id()), accepted));
    }

    private void ask(ApiCall call, String session, Command command, Consumer<Map<String, Object>> accepted) {
        commands.ask(call, new Asked(session, call.user(), call.text("Idempotency-Key"), command), accepted);
    }

    private void listOfSession(ApiCall call) {
        sessions.find(call.user(), call.session())
                .onSuccess(found -> {
                    if (found.isEmpty()) call.refuse(Failure.notFound());
                    else list(call, call.session());
                })
                .onFailure(call::storeAway);
    }

    private void list(ApiCall call) {
        list(call, null);
    }

    private void list(ApiCall call, String session) {
        boolean openOnly = "open".equals(call.text("status"));
        int next = call.integer("next");
        recalls.list(call.user(), session, openOnly, call.text("cursor"), call.integer("limit"))
                .onSuccess(page -> call.answer(
                        200,
                        new Recalls(
                                page.rows().stream()
                                        .map(recall -> RecallBodies.shown(recall, slots.next(recall, next)))
                                        .toList(),
                                page.cursor())))
                .onFailure(call::storeAway);
    }

    private void runs(ApiCall call) {
        owned(
                call,
                recall -> recalls.runs(recall.id(), call.text("cursor"), call.integer("limit"))
                        .onSuccess(page -> call.answer(
                                200,
                                new Runs(
                                        page.rows().stream()
                                                .map(RecallBodies::shown)
                                                .toList(),
                                        page.cursor())))
                        .onFailure(call::unread));
    }

    /** Only the user's own recall; another user's counts as absent. */
    private void owned(ApiCall call, Consumer<Recall> then) {
        call.found(recalls.find(call.user(), call.text("recall")), NOT_FOUND, then);
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Recalls(List<Map<String, Object>> recalls, String cursor) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Runs(List<RecallBodies.ShownRun> runs, String cursor) {}
}
