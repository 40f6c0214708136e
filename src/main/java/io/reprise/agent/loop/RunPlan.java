package io.reprise.agent.loop;

import io.reprise.config.InterruptSettings;
import io.reprise.config.RunSettings;
import io.reprise.config.StoreSettings;
import io.reprise.model.ChatModel;
import io.reprise.tool.ToolRegistry;
import java.util.List;

/**
 * What a run works with: resolved once when it starts, and kept until it ends, whatever changes meanwhile. The checkpoints
 * of the run name it by {@code agent} and {@code catalogVersion}.
 *
 * @param agent the name of the agent; null for the one of sessions that name none
 * @param catalogVersion of what the plan was resolved out of
 * @param model asked first
 * @param fallbacks asked in this order when the ones before cannot answer
 * @param prompt the system prompt; empty for none
 * @param middleware around each step, the first outermost; beside what every run has
 * @param whenAway how long and how often a run tries to read the checkpoint that it goes on from
 * @param interrupts which calls people are asked about
 */
public record RunPlan(
        String agent,
        String catalogVersion,
        ChatModel model,
        List<ChatModel> fallbacks,
        ToolRegistry tools,
        String prompt,
        List<Middleware> middleware,
        RunSettings limits,
        StoreSettings whenAway,
        InterruptSettings interrupts) {
    public RunPlan {
        fallbacks = List.copyOf(fallbacks);
        middleware = List.copyOf(middleware);
    }
}
