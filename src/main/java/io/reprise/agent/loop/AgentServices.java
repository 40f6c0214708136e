package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.config.InterruptSettings;
import io.reprise.config.RunSettings;
import io.reprise.config.StoreSettings;
import io.reprise.history.Histories;
import io.reprise.model.ChatModel;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.ToolRegistry;

/**
 * What agents work with.
 *
 * @param settings asked once at the beginning of each run, which keeps to them
 * @param whenAway how long and how often a run tries to read the checkpoint that it goes on from
 * @param commands the way from tools to sessions; an agent's verticle brings its own
 * @param abandoned shared by all agents of a node
 */
public record AgentServices(
        Current<RunSettings> settings,
        Histories histories,
        ChatModel model,
        ToolRegistry tools,
        IdSource ids,
        Metrics metrics,
        Checkpointer checkpoints,
        StoreSettings whenAway,
        InterruptSettings interrupts,
        RunCommands commands,
        AbandonedTools abandoned) {
    private static final StoreSettings ONCE = new StoreSettings(0, 1, 1);

    public AgentServices(
            Current<RunSettings> settings,
            Histories histories,
            ChatModel model,
            ToolRegistry tools,
            IdSource ids,
            Metrics metrics) {
        this(
                settings,
                histories,
                model,
                tools,
                ids,
                metrics,
                Checkpointer.NONE,
                ONCE,
                InterruptSettings.NONE,
                RunCommands.NONE,
                new AbandonedTools());
    }

    /** Where runs can go on. */
    public AgentServices keeping(Checkpointer its, StoreSettings away, InterruptSettings asking) {
        return new AgentServices(
                settings, histories, model, tools, ids, metrics, its, away, asking, commands, abandoned);
    }

    public AgentServices with(RunCommands own) {
        return new AgentServices(
                settings, histories, model, tools, ids, metrics, checkpoints, whenAway, interrupts, own, abandoned);
    }
}
