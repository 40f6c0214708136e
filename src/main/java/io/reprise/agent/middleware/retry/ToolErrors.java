package io.reprise.agent.middleware.retry;

import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareFailure;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.middleware.ToolNames;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import io.reprise.message.ErrorCode;
import io.reprise.message.content.Content;
import java.util.List;

/** Says what the model gets when a tool has failed, or ends the run. It lies outside the retries of tools. */
public final class ToolErrors implements MiddlewareType<ToolErrors.Settings> {
    private static final int TEXT_CHARACTERS_MAX = 2_000;

    /** What happens. */
    public enum Then {
        /** The model gets the text as the result. */
        ANSWER,
        /** The run fails with the text. */
        FAIL
    }

    /**
     * @param contains only errors with this text; empty for all
     * @param text in place of the error; {@code {tool}} and {@code {error}} stand for the tool and what it said
     */
    public record Settings(ToolNames tools, String contains, Then then, String text) implements MiddlewareSettings {}

    @Override
    public String name() {
        return "tool-errors";
    }

    @Override
    public int priority() {
        return 88;
    }

    @Override
    public Settings read(Section section) {
        return new Settings(
                ToolNames.read(section, "tools", List.of("*")),
                section.anyText("contains", ""),
                section.choice("then", Then.ANSWER, Then.values()),
                section.text(
                        "text",
                        "The tool {tool} failed: {error} Go on without it, or say what is missing.",
                        "a text of at most " + TEXT_CHARACTERS_MAX + " characters",
                        TextForm.notBlank(TEXT_CHARACTERS_MAX)));
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings);
    }

    private record OfRun(Settings settings) implements Middleware {
        @Override
        public ToolAnswer aroundTool(ToolInput input, ToolStage next) throws InterruptedException {
            ToolAnswer answer = next.run(input);
            String tool = input.tool().name();
            if (!answer.failed() || !settings.tools().contain(tool)) return answer;
            if (!answer.content().text().contains(settings.contains())) return answer;
            String text = settings.text().replace("{tool}", tool).replace("{error}", answer.why());
            if (settings.then() == Then.FAIL) throw new MiddlewareFailure(ErrorCode.TOOL_ERROR, text);
            return answer.with(Content.of(text));
        }
    }
}
