package io.reprise.agent.middleware;

import io.reprise.agent.link.RunEvents;
import io.reprise.agent.progress.RunProgress;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage;
import io.reprise.support.IdSource;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.ToolRegistry;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What a middleware of a run can use.
 *
 * @param name of the entry
 * @param owner whose run it is
 * @param tools that the agent may use
 * @param model that the run asks first
 * @param summary makes summaries
 * @param models by the names of their entries; one that cannot be used fails with a reason
 * @param pauses waits, so that tests need not
 */
public record MiddlewareSetup(
        String name,
        Owner owner,
        ToolRegistry tools,
        ChatModel model,
        ChatModel summary,
        Function<String, ChatModel> models,
        Asking asking,
        Context context,
        RunEvents events,
        IdSource ids,
        Metrics metrics,
        Pauses pauses,
        RandomGenerator random) {

    /**
     * Whose run it is.
     *
     * @param agent null for the default agent
     */
    public record Owner(String session, String run, String user, String agent) {}

    /** The named model, or another one if the name is empty. */
    public ChatModel model(String named, ChatModel standard) {
        return named.isEmpty() ? standard : models.apply(named);
    }

    /** The same with other waits. */
    public MiddlewareSetup with(Pauses others, RandomGenerator numbers) {
        return new MiddlewareSetup(
                name, owner, tools, model, summary, models, asking, context, events, ids, metrics, others, numbers);
    }

    /** The same for another entry. */
    public MiddlewareSetup named(String other) {
        return new MiddlewareSetup(
                other, owner, tools, model, summary, models, asking, context, events, ids, metrics, pauses, random);
    }

    /** Asks a model something beside the conversation. */
    @FunctionalInterface
    public interface Asking {
        /**
         * The text of its answer, cut at {@code run.summaryBytesMax}. What the call uses counts for the run.
         *
         * @throws io.reprise.model.ModelFailure if there is none
         */
        String text(ChatModel model, String prompt, List<ModelMessage> messages) throws InterruptedException;
    }

    /** Changes what the run sees of its conversation. */
    @FunctionalInterface
    public interface Context {
        /**
         * Replaces the older messages by a summary, which is written to the log, so that later runs begin with it.
         *
         * @param keepMessages how many of the newest messages stay at least; calls and their results stay together
         * @param model makes the summary
         * @return whether there was something to summarise and a summary was made
         */
        boolean summarise(RunProgress run, ChatModel model, int keepMessages) throws InterruptedException;
    }

    /** Port: waits. */
    @FunctionalInterface
    public interface Pauses {
        /** @throws io.reprise.support.StopSignal.StoppedException when the run is stopped */
        void pause(long ms) throws InterruptedException;
    }
}
