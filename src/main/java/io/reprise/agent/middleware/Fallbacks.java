package io.reprise.agent.middleware;

import io.reprise.agent.progress.RunProgress;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelTurn;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Asks the next model if one is unavailable, overloaded or silent. Only before the first piece of an answer, because
 * readers must not see two beginnings. A model that does not take a file of the newest message is left out, because it would
 * answer without having seen it; the failure then says so. A request that a model rejects as invalid is not sent to another model, which
 * would reject it as well.
 */
public final class Fallbacks implements Middleware {
    private static final Set<String> ANOTHER_MAY_ANSWER = Set.of("unavailable", "too_many_requests", "timeout");

    /** The priority among other middleware: outside the retries, so that a model is tried again before the next one. */
    public static final int PRIORITY = 84;

    private final List<ChatModel> others;

    public Fallbacks(List<ChatModel> others) {
        this.others = others;
    }

    /** Whether the same request may succeed later, or with another model. */
    public static boolean mayPass(ModelFailure failure) {
        return ANOTHER_MAY_ANSWER.contains(failure.code());
    }

    @Override
    public ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage next) throws InterruptedException {
        List<ModelMessage> messages = input.request().messages();
        ModelInput asked = input;
        for (ChatModel other : others) {
            if (NewestFiles.refusal(messages, other).isPresent()) continue;
            NotedSink sink = new NotedSink(input.sink());
            try {
                return next.run(new ModelInput(asked.model(), input.request(), sink));
            } catch (ModelFailure failure) {
                if (sink.isUsed() || !mayPass(failure)) throw failure;
                asked = new ModelInput(other, input.request(), input.sink());
            }
        }
        try {
            return next.run(asked);
        } catch (ModelFailure failure) {
            throw mayPass(failure) ? failure.and(notAsked(messages)) : failure;
        }
    }

    /** Why some of the others were not asked; empty if all were. */
    private String notAsked(List<ModelMessage> messages) {
        String why = others.stream()
                .flatMap(other -> NewestFiles.refusal(messages, other).stream())
                .distinct()
                .collect(Collectors.joining(" "));
        return why.isEmpty() ? "" : " Not asked instead: " + why;
    }
}
