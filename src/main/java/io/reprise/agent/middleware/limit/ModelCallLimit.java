package io.reprise.agent.middleware.limit;

import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareFailure;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.progress.RunProgress;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import io.reprise.message.ErrorCode;
import io.reprise.model.ModelTurn;
import io.reprise.model.ModelUsage;
import java.util.Optional;

/** Limits how often the model is asked in a run, and in a session. Retries and fallbacks of a request do not count. */
public final class ModelCallLimit implements MiddlewareType<ModelCallLimit.Settings> {
    /** What happens at the limit. */
    public enum AtLimit {
        /** The answer says so. */
        END,
        /** The run fails. */
        FAIL
    }

    /** @param limits of requests */
    public record Settings(Limits limits, AtLimit atLimit) implements MiddlewareSettings {}

    @Override
    public String name() {
        return "model-call-limit";
    }

    @Override
    public int priority() {
        return 5;
    }

    @Override
    public Settings read(Section section) {
        return new Settings(Limits.read(section, 1), section.choice("atLimit", AtLimit.END, AtLimit.values()));
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings);
    }

    private static final class OfRun implements Middleware {
        private final Settings settings;
        private Counters counters = Counters.NONE;

        OfRun(Settings settings) {
            this.settings = settings;
        }

        @Override
        public ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage next) throws InterruptedException {
            Optional<String> reached = settings.limits().reached(counters, "requests to the model");
            if (reached.isEmpty()) {
                counters = counters.plus(1);
                return next.run(input);
            }
            if (settings.atLimit() == AtLimit.FAIL) {
                throw new MiddlewareFailure(ErrorCode.STEP_LIMIT, reached.get());
            }
            input.sink().text(reached.get());
            return new ModelTurn(ModelUsage.UNKNOWN);
        }

        @Override
        public String state() {
            return counters.text();
        }

        @Override
        public void restore(String state) {
            counters = Counters.parse(state);
        }

        @Override
        public void inherit(String state) {
            counters = settings.limits().inherited(Counters.parse(state));
        }
    }
}
