package io.reprise.agent.middleware.call;

import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.middleware.ToolNames;
import io.reprise.catalog.definition.Definition;
import io.reprise.catalog.definition.Definition.Reference;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import io.reprise.message.content.Content;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage.User;
import io.reprise.tool.Tool;
import java.util.List;

/** Lets a model play tools, to try an agent out: the tools are not called. For agents that only staff may choose. */
public final class ToolEmulator implements MiddlewareType<ToolEmulator.Settings> {
    private static final String PROMPT = """
            You play a tool. Its name is %s. It is described as: %s
            The JSON Schema of its arguments is: %s
            Answer with a plausible result for the arguments, as the tool would give it, and with nothing else.""";

    /** @param model plays them; empty for the model of the agent */
    public record Settings(ToolNames tools, String model) implements MiddlewareSettings {
        @Override
        public List<Reference> references() {
            return MiddlewareSettings.models("model", List.of(model));
        }
    }

    @Override
    public String name() {
        return "tool-emulator";
    }

    @Override
    public int priority() {
        return 95;
    }

    @Override
    public Settings read(Section section) {
        return new Settings(ToolNames.read(section, "tools", List.of("*")), Definition.modelName(section, "model"));
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings, setup);
    }

    private record OfRun(Settings settings, MiddlewareSetup setup) implements Middleware {
        @Override
        public ToolAnswer aroundTool(ToolInput input, ToolStage next) throws InterruptedException {
            Tool tool = input.tool();
            if (!settings.tools().contain(tool.name())) return next.run(input);
            String prompt = PROMPT.formatted(tool.name(), tool.description(), tool.schema());
            try {
                return ToolAnswer.ok(Content.of(setup.asking()
                        .text(
                                setup.model(settings.model(), setup.model()),
                                prompt,
                                List.of(new User(input.call().arguments())))));
            } catch (ModelFailure e) {
                return ToolAnswer.error("the model that plays the tool gave no answer.");
            }
        }
    }
}
