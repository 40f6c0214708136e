package io.reprise.agent;

import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.agent.loop.RunPlan;
import io.reprise.agent.middleware.Middleware;
import io.reprise.config.InterruptSettings;
import io.reprise.config.RunSettings;
import io.reprise.config.storage.StoreSettings;
import io.reprise.model.ChatModel;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolRegistry;
import java.util.Collection;
import java.util.List;

/** Plans of runs as tests need them. */
public final class Plans {
    private Plans() {}

    /** Of the named agent, in the version {@code v1}; no calls need approval. */
    public static RunPlan of(String agent, RunSettings limits, ChatModel model, Collection<? extends Tool> tools) {
        return new RunPlan(
                RunBasis.of(agent, "v1"),
                model,
                List.of(),
                RunPlan.Helpers.all(model),
                new ToolRegistry(tools),
                "",
                List.of(),
                limits,
                new StoreSettings(0, 1, 1, 128),
                InterruptSettings.NONE,
                RunPlan.Completion.NONE);
    }

    /** The same with other middleware, and with fallback models. */
    public static RunPlan with(RunPlan plan, List<ChatModel> fallbacks, Middleware... middleware) {
        return new RunPlan(
                plan.basis(),
                plan.model(),
                fallbacks,
                plan.helpers(),
                plan.tools(),
                plan.prompt(),
                List.of(middleware),
                plan.limits(),
                plan.whenAway(),
                plan.interrupts(),
                plan.completion());
    }

    /** The same with these limits for saving checkpoints and with these approvals. */
    public static RunPlan with(RunPlan plan, StoreSettings whenAway, InterruptSettings interrupts) {
        return new RunPlan(
                plan.basis(),
                plan.model(),
                plan.fallbacks(),
                plan.helpers(),
                plan.tools(),
                plan.prompt(),
                plan.middleware(),
                plan.limits(),
                whenAway,
                interrupts,
                plan.completion());
    }
}
