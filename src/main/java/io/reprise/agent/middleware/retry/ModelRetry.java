package io.reprise.agent.middleware.retry;

import io.reprise.agent.middleware.Fallbacks;
import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.middleware.NotedSink;
import io.reprise.agent.progress.RunProgress;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelTurn;
import io.reprise.model.ModelUsage;
import java.util.OptionalLong;

/**
 * Asks a model again that is unavailable, overloaded or silent. Only before the first piece of an answer, because readers
 * must not see two beginnings.
 */
public final class ModelRetry implements MiddlewareType<ModelRetry.Settings> {
    /** What happens when all retries have failed. */
    public enum OnFailure {
        /** The next model is asked, or the run fails. */
        FAIL,
        /** The answer says so. */
        ANSWER
    }

    public record Settings(RetryDelays delays, OnFailure onFailure) implements MiddlewareSettings {}

    @Override
    public String name() {
        return "model-retry";
    }

    @Override
    public int priority() {
        return 85;
    }

    @Override
    public Settings read(Section section) {
        return new Settings(RetryDelays.read(section), section.choice("onFailure", OnFailure.FAIL, OnFailure.values()));
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings, setup);
    }

    private record OfRun(Settings settings, MiddlewareSetup setup) implements Middleware {
        @Override
        public ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage next) throws InterruptedException {
            RetryDelays delays = settings.delays();
            for (int retry = 1; ; retry++) {
                NotedSink sink = new NotedSink(input.sink());
                try {
                    return next.run(new ModelInput(input.model(), input.request(), sink));
                } catch (ModelFailure failure) {
                    if (sink.isUsed() || !Fallbacks.mayPass(failure)) throw failure;
                    OptionalLong delayMs = retry > delays.retriesMax()
                            ? OptionalLong.empty()
                            : delays.delayMs(retry, setup.random(), failure.afterMs());
                    if (delayMs.isEmpty()) return failed(input, failure);
                    setup.pauses().pause(delayMs.getAsLong());
                }
            }
        }

        private ModelTurn failed(ModelInput input, ModelFailure failure) {
            if (settings.onFailure() == OnFailure.FAIL) throw failure;
            input.sink().text("There is no answer: " + failure.getMessage());
            return new ModelTurn(ModelUsage.UNKNOWN);
        }
    }
}
