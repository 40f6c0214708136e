package io.reprise.agent.middleware.context;

import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.progress.RunProgress;
import io.reprise.catalog.definition.Definition;
import io.reprise.catalog.definition.Definition.Reference;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import java.util.List;
import java.util.Optional;

/** Replaces the older messages of a long conversation by a summary, which is written to the log. */
public final class Summarisation implements MiddlewareType<Summarisation.Settings> {
    private static final double FRACTION_STANDARD = 0.8;

    /**
     * When one of the limits is reached, there is a summary. Without any, at 80 % of the model's context, if that is known.
     *
     * @param atTokens estimated tokens of the messages
     * @param atFraction of the model's context
     * @param keepMessages how many of the newest messages stay at least
     * @param model makes the summary; empty for the model that the agent has for summaries
     */
    public record Settings(
            Optional<Integer> atTokens,
            Optional<Integer> atMessages,
            Optional<Double> atFraction,
            int keepMessages,
            String model)
            implements MiddlewareSettings {
        @Override
        public List<Reference> references() {
            return MiddlewareSettings.models("model", List.of(model));
        }

        private Optional<Double> fraction() {
            return atTokens.isEmpty() && atMessages.isEmpty()
                    ? atFraction.or(() -> Optional.of(FRACTION_STANDARD))
                    : atFraction;
        }
    }

    @Override
    public String name() {
        return "summarisation";
    }

    @Override
    public int priority() {
        return 60;
    }

    @Override
    public Settings read(Section section) {
        return new Settings(
                section.optionalInteger("atTokens", 100, 10_000_000),
                section.optionalInteger("atMessages", 2, 10_000),
                section.optionalDecimal("atFraction", 0, 1),
                section.integer("keepMessages", 20, 0, 1_000),
                Definition.modelName(section, "model"));
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings, setup);
    }

    private static final class OfRun implements Middleware {
        private final Settings settings;
        private final MiddlewareSetup setup;
        private int notBefore;

        OfRun(Settings settings, MiddlewareSetup setup) {
            this.settings = settings;
            this.setup = setup;
        }

        @Override
        public void beforeModel(RunProgress run) throws InterruptedException {
            int messages = run.context().size();
            if (messages <= settings.keepMessages() || messages < notBefore || !isLong(run)) return;
            boolean made = setup.context()
                    .summarise(run, setup.model(settings.model(), setup.summary()), settings.keepMessages());
            // What did not work is not tried again with every step.
            notBefore = made ? 0 : messages + Math.max(1, settings.keepMessages());
        }

        private boolean isLong(RunProgress run) {
            if (settings.atMessages()
                    .filter(limit -> run.context().size() >= limit)
                    .isPresent()) return true;
            long tokens = Tokens.of(run.context());
            if (settings.atTokens().filter(limit -> tokens >= limit).isPresent()) return true;
            return settings.fraction()
                    .flatMap(fraction -> setup.model().contextTokens().map(all -> tokens >= fraction * all))
                    .orElse(false);
        }
    }
}
