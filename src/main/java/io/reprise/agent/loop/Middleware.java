package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.message.Content;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import java.util.List;

/**
 * Something that is done at the points of every {@link Step} of a run. Each method does nothing unless it is overridden.
 * All run on the run's own thread, except {@link #aroundTool}, which runs on the thread of its call, for several calls at
 * once. What a method throws ends the run, except in {@code aroundTool}, where it is the failure of that one call.
 */
public interface Middleware {
    /** Before the model is asked; may add messages to the model's context. In the order of the middleware. */
    default void beforeModel(RunProgress run) throws InterruptedException {}

    /** Around each request to the model: may change it, answer in its place, or ask again. The first is outermost. */
    default ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage next) throws InterruptedException {
        return next.run(input);
    }

    /**
     * After the model's turn, before any of its calls is made; not for a turn without calls. In the opposite order.
     *
     * @param calls those of the turn, in its order
     * @return the same calls in the same order; people are asked about those that are not cleared
     */
    default List<Call> afterModel(RunProgress run, List<Call> calls) {
        return calls;
    }

    /** Around each call of a tool that exists, with arguments that are a JSON object. The first is outermost. */
    default ToolAnswer aroundTool(ToolInput input, ToolStage next) throws InterruptedException {
        return next.run(input);
    }

    /** A request to a model, and who takes the pieces of its turn. */
    record ModelInput(ChatModel model, ModelRequest request, ModelSink sink) {}

    /** The rest of the way to the model. */
    @FunctionalInterface
    interface ModelStage {
        ModelTurn run(ModelInput input) throws InterruptedException;
    }

    record ToolInput(Tool tool, ToolCall call) {}

    /**
     * What a call came to.
     *
     * @param content for the model
     * @param failed told to clients by the status of the result
     */
    record ToolAnswer(Content content, boolean failed) {
        private static final String ERROR = "Error: ";

        public static ToolAnswer ok(Content content) {
            return new ToolAnswer(content, false);
        }

        /** @param why a sentence that begins in lower case and ends with a full stop */
        public static ToolAnswer error(String why) {
            return new ToolAnswer(Content.of(ERROR + why), true);
        }
    }

    /** The rest of the way to the tool. */
    @FunctionalInterface
    interface ToolStage {
        ToolAnswer run(ToolInput input) throws InterruptedException;
    }
}
