package io.reprise.agent.middleware;

import io.reprise.agent.progress.RunProgress;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import java.util.List;
import java.util.Set;

/**
 * Asks the next model if one is unavailable, overloaded or silent. Only before the first piece of an answer, because
 * readers must not see two beginnings. A request that a model rejects as invalid is not sent to another model, which
 * would reject it as well.
 */
public final class Fallbacks implements Middleware {
    private static final Set<String> ANOTHER_MAY_ANSWER = Set.of("unavailable", "too_many_requests", "timeout");

    private final List<ChatModel> others;

    public Fallbacks(List<ChatModel> others) {
        this.others = others;
    }

    @Override
    public ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage next) throws InterruptedException {
        ModelInput asked = input;
        for (ChatModel other : others) {
            NotedSink sink = new NotedSink(input.sink());
            try {
                return next.run(new ModelInput(asked.model(), input.request(), sink));
            } catch (ModelFailure failure) {
                if (sink.used || !ANOTHER_MAY_ANSWER.contains(failure.code())) throw failure;
                asked = new ModelInput(other, input.request(), input.sink());
            }
        }
        return next.run(asked);
    }

    /** Records whether the model has sent anything. */
    private static final class NotedSink implements ModelSink {
        private final ModelSink to;
        private volatile boolean used;

        NotedSink(ModelSink to) {
            this.to = to;
        }

        @Override
        public void reasoning(String delta) {
            used |= !delta.isEmpty();
            to.reasoning(delta);
        }

        @Override
        public void text(String delta) {
            used |= !delta.isEmpty();
            to.text(delta);
        }

        @Override
        public void toolCallStart(int index, String name) {
            used = true;
            to.toolCallStart(index, name);
        }

        @Override
        public void toolCallArguments(int index, String delta) {
            to.toolCallArguments(index, delta);
        }

        @Override
        public void toolCallEnd(int index) {
            to.toolCallEnd(index);
        }
    }
}
