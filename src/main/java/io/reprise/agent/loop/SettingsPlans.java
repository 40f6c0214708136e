package io.reprise.agent.loop;

import io.reprise.config.ModelSettings;
import io.reprise.config.Settings;
import io.reprise.model.ChatModel;
import io.reprise.support.Current;
import io.reprise.tool.ToolRegistry;
import java.util.List;
import java.util.function.Function;

/** Plans from the settings: one model and all tools for every agent. */
public final class SettingsPlans implements RunPlans {
    private final Current<Settings> settings;
    private final Function<ModelSettings, ChatModel> models;
    private final ToolRegistry tools;

    /** @param models the model of these settings, which are those in use or were lately */
    public SettingsPlans(Current<Settings> settings, Function<ModelSettings, ChatModel> models, ToolRegistry tools) {
        this.settings = settings;
        this.models = models;
        this.tools = tools;
    }

    @Override
    public RunPlan of(String agent) {
        Settings now = settings.get();
        return new RunPlan(
                agent,
                now.catalogVersion(),
                models.apply(now.model()),
                List.of(),
                tools,
                now.model().systemPrompt(),
                List.of(),
                now.run(),
                now.store(),
                now.interrupts());
    }
}
