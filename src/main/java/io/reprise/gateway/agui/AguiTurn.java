package io.reprise.gateway.agui;

import io.reprise.gateway.access.Identity;
import io.reprise.gateway.agui.AguiContent.Said;
import io.reprise.gateway.agui.AguiInput.Resume;
import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.message.Command;
import io.reprise.message.Command.Either;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is new of an input, sent to its session as commands: answers, results of calls, or messages. */
final class AguiTurn {
    private final SocketParts parts;
    private final RoutingContext context;
    private final Asking asking;
    private final AguiInput input;
    private final AguiThread thread;
    private final Decided decided;

    /** Whether the last command that was accepted had been sent before. */
    private boolean isRepeated;

    /** Who sends which input to which session. */
    record Asking(String session, Identity caller, AguiInput input) {}

    /** What comes of an input. One of the first four is called, once. */
    interface Decided {
        void refused(String code, String why);

        /** @param run null while the message waits for its run */
        void said(String message, String run);

        /** @param isRepeated whether this input was sent before, so that a part of the run has been read */
        void goesOn(String run, boolean isRepeated);

        /** What it cancels has expired or was decided before, so nothing is left to do. */
        void isSettled();

        /** Whether nobody waits for it any more. */
        boolean isOver();
    }

    /** @param thread what is known of it when {@link #take} is called */
    AguiTurn(SocketParts parts, RoutingContext context, Asking asking, AguiThread thread, Decided decided) {
        this.parts = parts;
        this.context = context;
        this.asking = asking;
        this.input = asking.input();
        this.thread = thread;
        this.decided = decided;
    }

    /** The ids of commands of this run begin with it. */
    String prefix() {
        return "agui:" + input.run() + ":";
    }

    void take() {
        Set<String> open = thread.interrupts();
        if (!input.resume().isEmpty()) resume(open);
        else if (!open.isEmpty())
            decided.refused("interrupt_pending", "The thread has open interrupts; answer all of them by resume.");
        else if (!thread.results().isEmpty()) results();
        else say();
    }

    private void say() {
        List<String> ids = thread.news();
        if (ids.isEmpty()) {
            decided.refused("bad_request", "The input has no new message.");
            return;
        }
        List<Said> said = ids.stream().map(input.said()::get).toList();
        String text = said.stream().map(Said::text).collect(Collectors.joining("\n\n"));
        List<Part> others = new ArrayList<>();
        said.forEach(one -> others.addAll(one.files()));
        if (text.isBlank() && others.isEmpty()) {
            decided.refused("bad_request", "The new message is empty.");
            return;
        }
        others.addAll(input.context());
        Content content = Content.of(text, others);
        int bytesMax = parts.settings().sessions().textBytesMax();
        if (content.bytes() > bytesMax) {
            refuse(Failure.tooLong("context", bytesMax));
            return;
        }
        ask(prefix() + ids.getLast(), new Command.Send(content, OnBusy.QUEUE, null, input.tools()), result -> {
            CommandResult.Sent sent = (CommandResult.Sent) result;
            decided.said(sent.message(), sent.run());
        });
    }

    private void results() {
        if (thread.bringsSomeResultsOnly()) {
            decided.refused("bad_request", "Bring the results of all pending calls at once.");
            return;
        }
        ask(prefix(), new Command.Results(thread.results()), result -> {
            CommandResult.Answered answered = (CommandResult.Answered) result;
            if (answered.run() == null)
                decided.refused("bad_request", "Bring the results of all pending calls at once.");
            else decided.goesOn(answered.run(), isRepeated);
        });
    }

    /** One command answers everything that is open, so that nothing is answered if an entry is wrong. */
    private void resume(Set<String> open) {
        Set<String> named = input.resume().stream().map(Resume::interrupt).collect(Collectors.toSet());
        if (!named.containsAll(open)) {
            decided.refused("bad_request", "`resume` must answer every open interrupt of the thread.");
            return;
        }
        if (thread.hasPendingCalls() && (thread.results().isEmpty() || thread.bringsSomeResultsOnly())) {
            decided.refused("bad_request", "Calls of the client are pending, too; bring their results.");
            return;
        }
        Optional<Failure> fault = input.resume().stream()
                .filter(one -> open.contains(one.interrupt()))
                .flatMap(this::fault)
                .findFirst();
        if (fault.isPresent()) {
            refuse(fault.get());
            return;
        }
        List<Either> decisions = input.resume().stream().map(AguiDecision::of).toList();
        ask(
                prefix(),
                new Command.AnswerAll(decisions, thread.results()),
                result -> decided.goesOn(((CommandResult.Answered) result).run(), isRepeated),
                failure -> {
                    boolean isLate = open.isEmpty() && failure.code() == ErrorCode.CONFLICT;
                    if (!isLate || !input.resume().stream().allMatch(Resume::cancelled)) refuse(failure);
                    else if (thread.news().isEmpty()) decided.isSettled();
                    else say();
                });
    }

    private Stream<Failure> fault(Resume one) {
        int bytesMax = parts.settings().sessions().textBytesMax();
        return AguiDecision.fault(one, thread.isQuestion(one.interrupt()), bytesMax).stream();
    }

    private void refuse(Failure failure) {
        decided.refused(failure.code().wire(), failure.message());
    }

    private void ask(String id, Command command, Consumer<CommandResult> then) {
        ask(id, command, then, this::refuse);
    }

    private void ask(String id, Command command, Consumer<CommandResult> then, Consumer<Failure> otherwise) {
        Asked asked = new Asked(asking.session, asking.caller.user(), id, command)
                .by(asking.caller.sender())
                .because(RequestTrace.cause(context));
        parts.commands().ask(asked, outcome -> {
            if (decided.isOver()) return;
            switch (outcome) {
                case CommandOutcome.Refused refused -> otherwise.accept(refused.failure());
                case CommandOutcome.Accepted accepted -> {
                    isRepeated = accepted.duplicate();
                    then.accept(accepted.result());
                }
            }
        });
    }
}
