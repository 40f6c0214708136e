package io.reprise.tool.http;

import io.reprise.support.IdSource;
import io.reprise.support.ObjectText;
import io.reprise.support.OwnThread;
import io.reprise.support.Permits;
import io.reprise.support.StopSignal;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls of declared tools by people and their programs, without an agent. Thread-safe. */
public final class ToolAccess {
    private static final Logger log = LoggerFactory.getLogger(ToolAccess.class);

    private final HttpTools tools;
    private final Permits permits;
    private final IdSource ids;

    /** @param permits for calls at the same time */
    public ToolAccess(HttpTools tools, Permits permits, IdSource ids) {
        this.tools = tools;
        this.permits = permits;
        this.ids = ids;
    }

    /** What became of a call. */
    public sealed interface Outcome {
        record Done(DirectResult result) implements Outcome {}

        /** There is no such tool, or only for agents. */
        record Unknown() implements Outcome {}

        /** The arguments are no JSON object, or do not fit the schema. */
        record Unfit(List<Fault> faults) implements Outcome {
            public Unfit {
                faults = List.copyOf(faults);
            }
        }

        /** As many calls as are allowed are under way. */
        record Crowded() implements Outcome {}

        /**
         * The service did not do it.
         *
         * @param message safe to show
         * @param mayPass whether another try may succeed, and does no harm
         */
        record Failed(String message, boolean mayPass) implements Outcome {}
    }

    /** @param path of what is wrong; empty for all arguments */
    public record Fault(String path, String fault) {}

    /** The declared tools that exist. */
    public ToolSource source() {
        return tools;
    }

    /** The files and what became of them. */
    public DeclaredTools declared() {
        return tools.declared();
    }

    /**
     * Never fails: what went wrong is part of the outcome.
     *
     * @param arguments JSON text
     * @param stop ends the call
     */
    public CompletionStage<Outcome> call(String name, String user, String arguments, StopSignal stop) {
        Optional<HttpTool> tool = tools.direct(name);
        if (tool.isEmpty()) return CompletableFuture.completedStage(new Outcome.Unknown());
        if (ObjectText.of(arguments) instanceof ObjectText.Faulty faulty) {
            Fault fault = new Fault("", "are not a JSON object: " + faulty.why());
            return CompletableFuture.completedStage(new Outcome.Unfit(List.of(fault)));
        }
        if (!permits.take(user)) return CompletableFuture.completedStage(new Outcome.Crowded());
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        ToolCall call = new ToolCall(ids.next("tc_"), "", user, arguments);
        OwnThread.start("tool " + name, stop, own -> {
            try {
                outcome.complete(outcome(tool.get(), call, own));
            } finally {
                permits.giveBack(user);
                outcome.complete(new Outcome.Failed("The call was ended.", true));
            }
            return null;
        });
        return outcome;
    }

    private static Outcome outcome(HttpTool tool, ToolCall call, StopSignal stop) throws InterruptedException {
        try {
            List<Fault> faults = tool.faults(call).stream()
                    .map(fault -> new Fault(fault.path(), fault.fault()))
                    .toList();
            if (!faults.isEmpty()) return new Outcome.Unfit(faults);
            return new Outcome.Done(tool.direct(call, stop));
        } catch (ToolFailure failure) {
            return new Outcome.Failed(failure.getMessage(), failure.isTemporary());
        } catch (RuntimeException e) {
            if (!stop.isStopped()) {
                log.atWarn().addKeyValue("tool", tool.name()).setCause(e).log("a tool failed unexpectedly");
            }
            return new Outcome.Failed("The tool failed.", false);
        }
    }
}
