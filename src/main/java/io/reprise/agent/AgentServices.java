package io.reprise.agent;

import io.reprise.config.RunSettings;
import io.reprise.history.Histories;
import io.reprise.model.ChatModel;
import io.reprise.support.IdSource;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.ToolRegistry;
import java.util.function.Supplier;

/**
 * What agents work with.
 *
 * @param settings asked once at the beginning of each run, which keeps to them
 * @param commands the way from tools to sessions; an agent's verticle brings its own
 */
public record AgentServices(
        Supplier<RunSettings> settings,
        Histories histories,
        ChatModel model,
        ToolRegistry tools,
        IdSource ids,
        Metrics metrics,
        RunCommands commands) {
    public AgentServices(
            Supplier<RunSettings> settings,
            Histories histories,
            ChatModel model,
            ToolRegistry tools,
            IdSource ids,
            Metrics metrics) {
        this(settings, histories, model, tools, ids, metrics, RunCommands.NONE);
    }

    AgentServices with(RunCommands own) {
        return new AgentServices(settings, histories, model, tools, ids, metrics, own);
    }
}
