package io.reprise.agent.loop;

import io.reprise.agent.middleware.Middleware;
import io.reprise.config.InterruptSettings;
import io.reprise.config.RunSettings;
import io.reprise.config.storage.StoreSettings;
import io.reprise.model.ChatModel;
import io.reprise.tool.ToolRegistry;
import java.util.List;

/**
 * What a run uses: resolved once at its start and kept until its end, even if settings change. Checkpoints of the run
 * refer to it by {@code agent} and {@code catalogVersion}.
 *
 * @param agent name of the agent; null for sessions that name none
 * @param catalogVersion version of the settings from which the plan was resolved
 * @param model the model that is asked first
 * @param fallbacks models that are asked in this order when the previous ones cannot answer
 * @param prompt system prompt; empty for none
 * @param middleware runs around each step, in addition to the built-in middleware; the first is the outermost
 * @param whenAway how long and how often a run tries to read the checkpoint from which it resumes
 * @param interrupts which calls need an approval
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
