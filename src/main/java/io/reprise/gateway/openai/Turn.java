package io.reprise.gateway.openai;

import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.gateway.rest.attachment.SentImages;
import io.reprise.gateway.rest.attachment.SentImages.RefusedException;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Failure;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import java.util.List;
import java.util.function.Consumer;

/** The commands of one call: its session is made, told what is new, and erased if it ends with the call. */
final class Turn {
    private static final Failure NO_CALLS =
            Failure.badRequest("No calls of this session wait for all of these results, and nothing else is new.");

    private final SocketParts parts;
    private final Call call;
    private final SentImages images;

    Turn(SocketParts parts, Call call, SentImages images) {
        this.parts = parts;
        this.call = call;
        this.images = images;
    }

    /** What comes of it. One of the first two is called, once, unless nobody waits any more. */
    interface Decided {
        void refused(Failure failure);

        /**
         * @param message that a run is to answer; null for a run without one
         * @param run null while the message waits for its run
         */
        void accepted(String message, String run);

        /** Whether nobody waits for it any more. */
        boolean isOver();
    }

    void make(Consumer<CommandOutcome> then) {
        ask(call.making(), then);
    }

    /** What a temporary session leaves behind if this fails is erased by a job. */
    void erase() {
        if (call.isTemporary()) ask(asked(new Command.Delete()), outcome -> {});
    }

    /**
     * Tells the session what is new. One that begins with this conversation has its results already.
     *
     * @param waitsForResults whether calls of the session wait for their results
     */
    void take(boolean waitsForResults, Decided decided) {
        ChatRequest request = call.request();
        if (!request.images().isEmpty()) show(decided);
        else if (!request.said().isEmpty()) say(decided, spoken(List.of()));
        else if (!call.exists()) say(decided, new Command.Proceed(request.tools()));
        else if (waitsForResults) say(decided, new Command.Results(request.results()));
        else decided.refused(NO_CALLS);
    }

    private void show(Decided decided) {
        images.add(call.caller().user(), call.session(), call.request().images())
                .onSuccess(files -> {
                    if (!decided.isOver()) say(decided, spoken(files));
                })
                .onFailure(cause -> decided.refused(
                        cause instanceof RefusedException refused ? refused.failure() : Failure.unavailable()));
    }

    private Command spoken(List<Part.File> files) {
        Content content = Content.of(call.request().said(), List.copyOf(files));
        return new Command.Send(content, OnBusy.QUEUE, null, call.request().tools());
    }

    private void say(Decided decided, Command command) {
        ask(asked(command), outcome -> {
            if (decided.isOver()) return;
            switch (outcome) {
                case CommandOutcome.Refused refused -> decided.refused(refused.failure());
                case CommandOutcome.Accepted accepted -> said(decided, accepted.result());
            }
        });
    }

    private static void said(Decided decided, CommandResult result) {
        String message = result instanceof CommandResult.Sent sent ? sent.message() : null;
        String run = switch (result) {
            case CommandResult.Sent sent -> sent.run();
            case CommandResult.Resumed resumed -> resumed.run();
            case CommandResult.Answered answered -> answered.run();
            default -> throw new IllegalStateException("not a result of what was sent");
        };
        if (run == null && message == null) decided.refused(NO_CALLS);
        else decided.accepted(message, run);
    }

    private Asked asked(Command command) {
        return new Asked(call.session(), call.caller().user(), null, command);
    }

    private void ask(Asked asked, Consumer<CommandOutcome> then) {
        parts.commands().askCounted(asked.by(call.caller().sender()).because(RequestTrace.cause(call.context())), then);
    }
}
