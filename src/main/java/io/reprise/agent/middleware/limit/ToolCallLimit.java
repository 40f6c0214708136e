package io.reprise.agent.middleware.limit;

import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareFailure;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.middleware.ToolNames;
import io.reprise.agent.progress.RunProgress;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import io.reprise.message.ErrorCode;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelTurn;
import io.reprise.model.ModelUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Limits how often tools are called in a run, and in a session. Several entries give tools limits of their own. */
public final class ToolCallLimit implements MiddlewareType<ToolCallLimit.Settings> {
    /** What happens with calls above the limit. */
    public enum AtLimit {
        /** They get an error as their result; the run goes on. */
        CONTINUE,
        /** They get an error as their result, and the answer says so. */
        END,
        /** The run fails. */
        FAIL
    }

    /**
     * @param tools whose calls count
     * @param limits of calls
     */
    public record Settings(ToolNames tools, Limits limits, AtLimit atLimit) implements MiddlewareSettings {}

    @Override
    public String name() {
        return "tool-call-limit";
    }

    @Override
    public int priority() {
        return 10;
    }

    @Override
    public Settings read(Section section) {
        return new Settings(
                ToolNames.read(section, "tools", List.of("*")),
                Limits.read(section, 0),
                section.choice("atLimit", AtLimit.CONTINUE, AtLimit.values()));
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings);
    }

    private static final class OfRun implements Middleware {
        private static final String ENDS = "ends ";

        private final Settings settings;
        private Counters counters = Counters.NONE;
        private boolean ends;

        OfRun(Settings settings) {
            this.settings = settings;
        }

        @Override
        public List<Call> afterModel(RunProgress run, List<Call> calls) {
            List<Call> result = new ArrayList<>();
            for (Call call : calls) {
                result.add(
                        call.isOpen() && settings.tools().contain(call.request().name()) ? counted(call) : call);
            }
            return result;
        }

        private Call counted(Call call) {
            Optional<String> reached = reached();
            if (reached.isEmpty()) {
                counters = counters.plus(1);
                return call;
            }
            if (settings.atLimit() == AtLimit.FAIL) {
                throw new MiddlewareFailure(ErrorCode.STEP_LIMIT, reached.get());
            }
            ends |= settings.atLimit() == AtLimit.END;
            ToolRequest request = call.request();
            String why = "Error: the call was not made. " + reached.get() + " Do not call the tool again.";
            return call.with(new ToolOutcome(request.id(), request.name(), why));
        }

        private Optional<String> reached() {
            return settings.limits()
                    .reached(counters, "calls of " + settings.tools().words());
        }

        @Override
        public ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage next) throws InterruptedException {
            if (!ends) return next.run(input);
            input.sink().text(reached().orElse("The limit of tool calls was reached."));
            return new ModelTurn(ModelUsage.UNKNOWN);
        }

        @Override
        public String state() {
            return (ends ? ENDS : "") + counters.text();
        }

        @Override
        public void restore(String state) {
            ends = state.startsWith(ENDS);
            counters = Counters.parse(ends ? state.substring(ENDS.length()) : state);
        }

        @Override
        public void inherit(String state) {
            restore(state);
            ends = false;
            counters = settings.limits().inherited(counters);
        }
    }
}
