package io.reprise.agent.middleware.guard;

import io.reprise.agent.middleware.HoldBackSink;
import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareFailure;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.middleware.TextRule;
import io.reprise.agent.progress.RunProgress;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import io.reprise.message.ErrorCode;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelTurn;
import io.reprise.support.Digest;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Finds what identifies a person or a machine, one kind for each entry, and keeps it from models and people. */
public final class Pii implements MiddlewareType<Pii.Settings> {
    private static final int PATTERN_CHARACTERS_MAX = 1_000;
    private static final int MASKED_SHOWN = 4;
    private static final int HASH_CHARACTERS = 12;

    /** What happens with what is found. */
    public enum Strategy {
        /** A word stands in its place. */
        REDACT,
        /** Only its end can be read, of an e-mail address the first letter and the domain. */
        MASK,
        /** The same stands in the place of the same in one chat. It hides nothing that can be guessed. */
        HASH,
        /** The run ends; results of tools are withheld. */
        BLOCK
    }

    /**
     * @param pattern for {@link PiiKind#OWN}
     * @param label what stands in the place of what was found; empty for the kind
     * @param input whether messages of people are checked
     * @param output whether answers are checked
     * @param arguments whether arguments of calls are checked with the answers; a tool then gets the changed ones
     * @param results whether results of tools are checked
     * @param holdBack characters at the end of an answer that wait for the next ones
     */
    public record Settings(
            PiiKind kind,
            String pattern,
            String label,
            Strategy strategy,
            boolean input,
            boolean output,
            boolean arguments,
            boolean results,
            int holdBack)
            implements MiddlewareSettings {
        String word() {
            return label.isEmpty() ? kind.name().toLowerCase(Locale.ROOT) : label;
        }
    }

    @Override
    public String name() {
        return "pii";
    }

    @Override
    public int priority() {
        return 50;
    }

    @Override
    public Settings read(Section section) {
        Settings settings = new Settings(
                section.choice("kind", PiiKind.EMAIL, PiiKind.values()),
                section.text(
                        "pattern",
                        "",
                        "a regular expression of at most " + PATTERN_CHARACTERS_MAX + " characters",
                        TextForm.upTo(PATTERN_CHARACTERS_MAX).also(Pii::isPattern)),
                section.text("label", "", "a word", TextForm.of("[A-Za-z0-9_-]{0,32}")),
                section.choice("strategy", Strategy.REDACT, Strategy.values()),
                section.bool("input", true),
                section.bool("output", false),
                section.bool("arguments", false),
                section.bool("results", false),
                section.integer("holdBack", HoldBackSink.CHARACTERS_STANDARD, 0, HoldBackSink.CHARACTERS_MAX));
        if (settings.kind() == PiiKind.OWN && settings.pattern().isEmpty()) {
            section.missing("pattern", "a regular expression");
        }
        return settings;
    }

    private static boolean isPattern(String text) {
        try {
            return Pattern.compile(text) != null;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings, rule(settings, setup.owner().session()));
    }

    @Override
    public ModelRequest helping(Settings settings, String session, ModelRequest request) {
        return settings.input() ? guard(settings, rule(settings, session)).helping(request) : request;
    }

    private static TextRule rule(Settings settings, String session) {
        Pattern pattern = settings.kind() == PiiKind.OWN
                ? Pattern.compile(settings.pattern())
                : settings.kind().pattern();
        return new PatternRule(pattern, settings.kind().check(), found -> replacement(settings, session, found));
    }

    private static String replacement(Settings settings, String session, String found) {
        String word = settings.word();
        return switch (settings.strategy()) {
            case REDACT, BLOCK -> "[REDACTED_" + word.toUpperCase(Locale.ROOT) + "]";
            case MASK -> masked(settings.kind(), found);
            case HASH -> "<" + word + "_" + Digest.of(session, found).substring(0, HASH_CHARACTERS) + ">";
        };
    }

    private static String masked(PiiKind kind, String found) {
        if (kind == PiiKind.EMAIL) return found.charAt(0) + "***" + found.substring(found.indexOf('@'));
        return "****" + (found.length() > 2 * MASKED_SHOWN ? found.substring(found.length() - MASKED_SHOWN) : "");
    }

    private static TextGuard guard(Settings settings, TextRule rule) {
        String what = switch (settings.kind()) {
            case EMAIL -> "an e-mail address";
            case CREDIT_CARD -> "the number of a card";
            case IP -> "an IP address";
            case MAC_ADDRESS -> "a MAC address";
            case URL -> "an address of the web";
            case OWN -> settings.label().isEmpty() ? "something" : settings.label();
        };
        return new TextGuard(rule::finds, rule::replaced, settings.strategy() == Strategy.BLOCK, what);
    }

    private record OfRun(Settings settings, TextRule rule) implements Middleware {
        @Override
        public ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage next) throws InterruptedException {
            ModelInput asked =
                    settings.input() ? input.with(guard(settings, rule).input(input.request())) : input;
            if (!settings.output()) return next.run(asked);
            HoldBackSink sink = new HoldBackSink(
                    asked.sink(),
                    new HoldBackSink.Settings(
                            rule,
                            settings.holdBack(),
                            settings.strategy() == Strategy.BLOCK ? OfRun::found : null,
                            settings.arguments()));
            ModelTurn turn;
            try {
                turn = next.run(asked.with(sink));
            } catch (RuntimeException | InterruptedException e) { // A stop interrupts the wait for the model.
                sink.end();
                throw e;
            }
            sink.end();
            return turn;
        }

        private static void found() {
            throw new MiddlewareFailure(
                    ErrorCode.FORBIDDEN, "The answer was withheld, because it contains what must not be shown.");
        }

        @Override
        public ToolAnswer aroundTool(ToolInput input, ToolStage next) throws InterruptedException {
            ToolAnswer answer = next.run(input);
            return settings.results() && answer != null ? guard(settings, rule).result(answer) : answer;
        }
    }
}
