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
 * that call.
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
     * @return the same calls in the same order; a person is asked to approve those that are not cleared
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

    /** A request to a model, and the sink for the pieces of its turn. */
    record ModelInput(ChatModel model, ModelRequest request, ModelSink sink) {}

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
     */
    record ToolAnswer(Content content, boolean failed) {
        private static final String ERROR = "Error: ";

        public static ToolAnswer ok(Content content) {
            return new ToolAnswer(content, false);
        }

        /** @param why a sentence that begins with a lower-case letter and ends with a full stop */
        public static ToolAnswer error(String why) {
            return new ToolAnswer(Content.of(ERROR + why), true);
        }
    }

    /** The next stage: the following middleware, or the tool. */
    @FunctionalInterface
    interface ToolStage {
        ToolAnswer run(ToolInput input) throws InterruptedException;
    }
}
