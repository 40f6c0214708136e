package io.reprise.session.command;

import io.reprise.attachment.Attachment;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.CommandResult.Sent;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage.Request;
import io.reprise.message.content.Part;
import io.reprise.session.effect.Effect;
import io.reprise.session.log.SessionParts;
import io.reprise.session.run.Runs;
import io.reprise.session.run.WaitingMessages;
import java.util.List;
import java.util.Optional;

/** Decides what happens to a new message: it starts a run, waits, or is refused. */
final class SendCommand {
    private static final Failure DRAINING =
            Failure.of(ErrorCode.UNAVAILABLE, "The server is shutting down; try again shortly.");
    static final Failure FULL = Failure.of(ErrorCode.QUEUE_FULL, "Too many messages are waiting in this session.");

    private final SessionParts parts;
    private final Runs runs;
    private final WaitingMessages waiting;
    private final AnswerCommand answers;
    private final Runnable accepted;
    private Request pending;
    private List<Part.File> accepting = List.of();

    /** @param accepted is run with each message that is accepted */
    SendCommand(SessionParts parts, Runs runs, WaitingMessages waiting, AnswerCommand answers, Runnable accepted) {
        this.parts = parts;
        this.runs = runs;
        this.waiting = waiting;
        this.answers = answers;
        this.accepted = accepted;
    }

    boolean isPending() {
        return pending != null;
    }

    /** The undecided command, or null. */
    Request undecided() {
        return pending;
    }

    /** Decides the command; one with files when they were looked up. */
    void begin(Request request) {
        Command.Send send = (Command.Send) request.command();
        List<String> files =
                send.content().files().stream().map(Part.File::attachment).toList();
        int most = parts.settings().attachments().perMessageMax();
        if (files.isEmpty()) {
            decide(request, send);
        } else if (files.size() > most) {
            refuse(request, Failure.badRequest("A message must not have more than " + most + " files."));
        } else {
            pending = request;
            parts.effects().add(new Effect.FindAttachments(files));
        }
    }

    /** @param found null if the store is unavailable */
    void found(List<Attachment> found) {
        Request request = pending;
        pending = null;
        Command.Send send = (Command.Send) request.command();
        if (found == null) {
            refuse(request, Failure.unavailable());
            return;
        }
        SentFiles files = new SentFiles(found, kind -> parts.agent().sending(send.model(), kind));
        Optional<Failure> fault = files.fault(send.content());
        if (fault.isPresent()) refuse(request, fault.get());
        else
            decide(
                    request,
                    new Command.Send(files.described(send.content()), send.onBusy(), send.model(), send.tools()));
    }

    private void decide(Request request, Command.Send send) {
        if (runs.slot().isDraining()) {
            refuse(request, DRAINING);
            return;
        }
        Optional<Failure> refusal = parts.agent().choosingModel(send.model(), request.staff());
        if (refusal.isPresent()) {
            refuse(request, refusal.get());
            return;
        }
        if (parts.budgetSpent().test(request.user())) {
            refuse(request, Failure.budgetOfDay());
            return;
        }
        accepting = send.content().files();
        QueuedMessage message = message(request, send, null);
        if (!runs.slot().isBusy()) {
            accept(request, Sent.started(message.message(), runs.starts().start(message)));
            return;
        }
        boolean isForClient = runs.slot().isWaitingForClient();
        switch (send.onBusy()) {
            case QUEUE -> {
                if (isForClient) inPlaceOfResults(request, message);
                else queue(request, message);
            }
            case STEER -> {
                if (isForClient) inPlaceOfResults(request, message);
                else steer(request, message);
            }
            case REJECT -> refuse(request, runs.slot().busy());
            case INTERRUPT, ROLLBACK ->
                replace(request, message(request, send, runs.slot().occupant()));
        }
    }

    private QueuedMessage message(Request request, Command.Send send, String run) {
        return parts.message(request, send.content(), send.onBusy(), run, send.model())
                .offering(send.tools());
    }

    /**
     * The run has ended for its client, who says something else instead of what its calls resulted in: nobody will bring
     * these results. Messages that wait come first.
     */
    private void inPlaceOfResults(Request request, QueuedMessage message) {
        if (!waiting.isEmpty() && waiting.isFull(message)) {
            refuse(request, FULL);
            return;
        }
        boolean isFirst = waiting.isEmpty();
        answers.cancel(request.user());
        if (isFirst) {
            accept(request, Sent.started(message.message(), runs.starts().start(message)));
            return;
        }
        waiting.add(message);
        accept(request, Sent.queued(message.message()));
        runs.life().startNext();
    }

    private void queue(Request request, QueuedMessage message) {
        if (waiting.isFull(message)) {
            refuse(request, FULL);
            return;
        }
        waiting.add(message);
        accept(request, Sent.queued(message.message()));
    }

    private void steer(Request request, QueuedMessage message) {
        if (waiting.isFull(message)) {
            refuse(request, FULL);
            return;
        }
        waiting.addSteering(message);
        accept(request, Sent.steered(message.message()));
    }

    /**
     * The message waits before all others for the end of the run. If the agent has not received the run yet, or the run
     * waits for people, the message starts its run immediately.
     */
    private void replace(Request request, QueuedMessage message) {
        if (runs.slot().isStarting()) {
            accept(request, Sent.started(message.message(), runs.life().replace(request.user(), message)));
        } else if (runs.slot().isWaiting()) {
            answers.cancel(request.user());
            accept(request, Sent.started(message.message(), runs.starts().start(message)));
        } else if (waiting.isFullForUrgent()) {
            refuse(request, FULL);
        } else {
            waiting.addFirst(message);
            runs.life().stop(request.user());
            accept(request, Sent.queued(message.message()));
        }
    }

    private void accept(Request request, CommandResult result) {
        accepted.run();
        accepting.forEach(file -> parts.appends().next().sent(file.attachment()));
        parts.appends().next().decide(request, result);
    }

    private void refuse(Request request, Failure failure) {
        parts.effects().refuse(request, failure);
    }
}
