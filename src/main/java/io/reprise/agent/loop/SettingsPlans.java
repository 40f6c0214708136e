package io.reprise.agent.loop;

import io.reprise.config.Settings;
import io.reprise.model.ChatModel;
import io.reprise.support.Current;
import io.reprise.tool.ToolRegistry;
import java.util.List;

/** Plans from the settings: one model and all tools for every agent. */
public final class SettingsPlans implements RunPlans {
    private final Current<Settings> settings;
    private final ChatModel model;
    private final ToolRegistry tools;

    public SettingsPlans(Current<Settings> settings, ChatModel model, ToolRegistry tools) {
        this.settings = settings;
        this.model = model;
        this.tools = tools;
    }

    @Override
    public RunPlan of(String agent) {
        Settings now = settings.get();
        return new RunPlan(
                agent,
                now.catalogVersion(),
                model,
                List.of(),
                tools,
                now.model().systemPrompt(),
                List.of(),
                now.run(),
                now.store(),
                now.interrupts());
    }
}
