package io.reprise.agent.middleware.context;

import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.middleware.ToolNames;
import io.reprise.agent.progress.RunProgress;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ContextCleared;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelTurn;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Clears the results of earlier calls in requests to the model when the context is long. The calls stay, each with its
 * result, and the log keeps the results.
 */
public final class ContextEditing implements MiddlewareType<ContextEditing.Settings> {
    private static final int PLACEHOLDER_CHARACTERS_MAX = 200;

    /**
     * @param atTokens estimated tokens of the messages above which results are cleared
     * @param keep how many of the newest results stay
     * @param clearAtLeast estimated tokens that must become free, else nothing is cleared
     * @param clearArguments whether the arguments of the calls are cleared, too
     * @param except tools whose results stay
     * @param placeholder stands in the place of a result
     */
    public record Settings(
            int atTokens, int keep, int clearAtLeast, boolean clearArguments, ToolNames except, String placeholder)
            implements MiddlewareSettings {}

    @Override
    public String name() {
        return "context-editing";
    }

    @Override
    public int priority() {
        return 65;
    }

    @Override
    public Settings read(Section section) {
        return new Settings(
                section.integer("atTokens", 100_000, 100, 10_000_000),
                section.integer("keep", 3, 0, 1_000),
                section.integer("clearAtLeast", 0, 0, 10_000_000),
                section.bool("clearArguments", false),
                ToolNames.read(section, "except", List.of()),
                section.text(
                        "placeholder",
                        "[cleared]",
                        "a text of at most " + PLACEHOLDER_CHARACTERS_MAX + " characters",
                        TextForm.notBlank(PLACEHOLDER_CHARACTERS_MAX)));
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings, setup);
    }

    private static final class OfRun implements Middleware {
        private final Settings settings;
        private final MiddlewareSetup setup;
        private final Set<String> cleared = new LinkedHashSet<>();

        OfRun(Settings settings, MiddlewareSetup setup) {
            this.settings = settings;
            this.setup = setup;
        }

        @Override
        public ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage next) throws InterruptedException {
            List<ModelMessage> messages = edited(input.request().messages());
            long before = Tokens.of(messages);
            if (before > settings.atTokens()) messages = clear(messages, before);
            return next.run(input.with(input.request().with(messages)));
        }

        /** Clears what can be cleared, if that is enough. */
        private List<ModelMessage> clear(List<ModelMessage> messages, long before) {
            List<String> more = clearable(messages);
            if (more.isEmpty()) return messages;
            cleared.addAll(more);
            List<ModelMessage> result = edited(messages);
            long after = Tokens.of(result);
            if (before - after < settings.clearAtLeast()) {
                more.forEach(cleared::remove);
                return messages;
            }
            setup.events().emit(LogEvent.Custom.of(new ContextCleared(more, before, after)));
            return result;
        }

        private List<String> clearable(List<ModelMessage> messages) {
            List<String> results = messages.stream()
                    .filter(ToolOutcome.class::isInstance)
                    .map(ToolOutcome.class::cast)
                    .filter(outcome -> !settings.except().contain(outcome.name()))
                    .map(ToolOutcome::id)
                    .toList();
            return results.subList(0, Math.max(0, results.size() - settings.keep())).stream()
                    .filter(id -> !cleared.contains(id))
                    .toList();
        }

        private List<ModelMessage> edited(List<ModelMessage> messages) {
            if (cleared.isEmpty()) return messages;
            List<ModelMessage> result = new ArrayList<>(messages.size());
            for (ModelMessage message : messages) {
                result.add(
                        switch (message) {
                            case ToolOutcome outcome
                            when cleared.contains(outcome.id()) ->
                                new ToolOutcome(outcome.id(), outcome.name(), settings.placeholder());
                            case Assistant turn when settings.clearArguments() -> withoutArguments(turn);
                            default -> message;
                        });
            }
            return result;
        }

        private Assistant withoutArguments(Assistant turn) {
            return turn.with(turn.calls().stream()
                    .map(call -> cleared.contains(call.id()) ? call.with("{}") : call)
                    .toList());
        }

        @Override
        public String state() {
            return cleared.isEmpty() ? null : String.join(" ", cleared);
        }

        @Override
        public void restore(String state) {
            cleared.addAll(List.of(state.split(" ")));
        }

        /** What was cleared stays so, and requests keep the beginning that the provider may have kept. */
        @Override
        public void inherit(String state) {
            restore(state);
        }
    }
}
