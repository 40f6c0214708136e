package io.reprise.agent.middleware.retry;

import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.middleware.ToolNames;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import java.util.List;

/**
 * Makes a call again that failed for a reason that may pass: the tool says so, or it ran out of time or lost a connection
 * and declares that its calls can be repeated.
 */
public final class ToolRetry implements MiddlewareType<ToolRetry.Settings> {
    public record Settings(ToolNames tools, RetryDelays delays) implements MiddlewareSettings {}

    @Override
    public String name() {
        return "tool-retry";
    }

    @Override
    public int priority() {
        return 90;
    }

    @Override
    public Settings read(Section section) {
        return new Settings(ToolNames.read(section, "tools", List.of("*")), RetryDelays.read(section));
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings, setup);
    }

    private record OfRun(Settings settings, MiddlewareSetup setup) implements Middleware {
        @Override
        public ToolAnswer aroundTool(ToolInput input, ToolStage next) throws InterruptedException {
            ToolAnswer answer = next.run(input);
            if (!settings.tools().contain(input.tool().name())) return answer;
            for (int retry = 1; isRepeated(answer, retry); retry++) {
                setup.pauses().pause(settings.delays().delayMs(retry, setup.random()));
                answer = next.run(input);
            }
            return answer;
        }

        private boolean isRepeated(ToolAnswer answer, int retry) {
            return answer.failed()
                    && answer.temporary()
                    && retry <= settings.delays().retriesMax();
        }
    }
}
