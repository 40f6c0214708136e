package io.reprise.agent.middleware;

import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.agent.progress.RunProgress;
import io.reprise.message.content.Content;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import java.util.List;

/**
 * Code that runs at certain points of every step of a run. Each method does nothing unless it is overridden.
 * All methods run on the run's own thread, except {@link #aroundTool}, which runs on the thread of its tool call, for
 * several calls at the same time. An exception ends the run, except in {@code aroundTool}, where it is the failure of
 * that call; a {@link MiddlewareFailure} ends the run from there, too, when all calls of the step are done.
 */
public interface Middleware {
    /**
     * Runs before each request to the model; may add messages to the model's context. Called in the order of the
     * middleware.
     */
    default void beforeModel(RunProgress run) throws InterruptedException {}

    /**
     * Runs around each request to the model: may change the request, answer instead of the model, or send it again. The
     * first middleware is the outermost.
     */
    default ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage next) throws InterruptedException {
        return next.run(input);
    }

    /**
     * Runs after a model turn with calls, before any of them is made. Called in the reverse order.
     *
     * @param calls calls of the turn, in order
     * @return the same calls in the same order; a person is asked to approve those that are not cleared, and those that
     *     have an outcome are not made: clients show them as failed
     */
    default List<Call> afterModel(RunProgress run, List<Call> calls) {
        return calls;
    }

    /**
     * Runs around each call of an existing tool whose arguments are a JSON object. The first middleware is the
     * outermost.
     */
    default ToolAnswer aroundTool(ToolInput input, ToolStage next) throws InterruptedException {
        return next.run(input);
    }

    /** Tools that it brings along; one of the agent with the same name gives way. */
    default List<Tool> tools() {
        return List.of();
    }

    /**
     * What checkpoints keep, as text of at most some kilobytes; null for nothing. Read on the run's thread, also while
     * calls are made.
     */
    default String state() {
        return null;
    }

    /** Called before everything else if the run resumes: with what {@link #state} was. */
    default void restore(String state) {}

    /** Called before everything else if an earlier run of the session has kept something, at its end. */
    default void inherit(String state) {}

    /** A request to a model, and the sink for the pieces of its turn. */
    record ModelInput(ChatModel model, ModelRequest request, ModelSink sink) {
        public ModelInput with(ModelRequest other) {
            return new ModelInput(model, other, sink);
        }

        public ModelInput with(ModelSink other) {
            return new ModelInput(model, request, other);
        }
    }

    /** The next stage: the following middleware, or the model. */
    @FunctionalInterface
    interface ModelStage {
        ModelTurn run(ModelInput input) throws InterruptedException;
    }

    record ToolInput(Tool tool, ToolCall call) {}

    /**
     * The result of a call.
     *
     * @param content result for the model
     * @param failed whether clients show the call as failed
     * @param temporary whether the same call may succeed later and can be repeated without harm
     * @param started whether the call goes on in the background, so that this is not its result
     */
    record ToolAnswer(Content content, boolean failed, boolean temporary, boolean started) {
        private static final String ERROR = "Error: ";

        public static ToolAnswer ok(Content content) {
            return new ToolAnswer(content, false, false, false);
        }

        /** The call goes on in the background. */
        public static ToolAnswer started(Content content) {
            return new ToolAnswer(content, false, false, true);
        }

        /** This failure, which may pass. */
        public ToolAnswer passing(boolean its) {
            return new ToolAnswer(content, failed, its, started);
        }

        /** This answer with another content. */
        public ToolAnswer with(Content other) {
            return new ToolAnswer(other, failed, temporary, started);
        }

        /** The reason of a failure, without the word that says it is one. */
        public String why() {
            String text = content.text();
            return text.startsWith(ERROR) ? text.substring(ERROR.length()) : text;
        }

        /** @param why a sentence that begins with a lower-case letter and ends with a full stop */
        public static ToolAnswer error(String why) {
            return new ToolAnswer(Content.of(ERROR + why), true, false, false);
        }
    }

    /** The next stage: the following middleware, or the tool. */
    @FunctionalInterface
    interface ToolStage {
        ToolAnswer run(ToolInput input) throws InterruptedException;
    }
}
