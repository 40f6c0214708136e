package io.reprise.agent;

import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.agent.loop.RunPlan;
import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.PlannedMiddleware;
import io.reprise.config.InterruptSettings;
import io.reprise.config.RunSettings;
import io.reprise.config.storage.StoreSettings;
import io.reprise.model.ChatModel;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolRegistry;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

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
                planned(middleware),
                plan.limits(),
                plan.whenAway(),
                plan.interrupts(),
                plan.subagents(),
                plan.completion());
    }

    /** Each is built for every run, in this order. */
    private static List<PlannedMiddleware> planned(Middleware... middleware) {
        return IntStream.range(0, middleware.length)
                .mapToObj(i -> new PlannedMiddleware("m" + (100 + i), 50, true, setup -> middleware[i]))
                .toList();
    }

    /** The same with middleware of the catalogue. */
    public static RunPlan with(RunPlan plan, List<PlannedMiddleware> planned) {
        return new RunPlan(
                plan.basis(),
                plan.model(),
                plan.fallbacks(),
                plan.helpers(),
                plan.tools(),
                plan.prompt(),
                planned,
                plan.limits(),
                plan.whenAway(),
                plan.interrupts(),
                plan.subagents(),
                plan.completion());
    }

    /** The same with other models for other work. */
    public static RunPlan with(RunPlan plan, RunPlan.Helpers helpers) {
        return new RunPlan(
                plan.basis(),
                plan.model(),
                plan.fallbacks(),
                helpers,
                plan.tools(),
                plan.prompt(),
                plan.middleware(),
                plan.limits(),
                plan.whenAway(),
                plan.interrupts(),
                plan.subagents(),
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
                plan.subagents(),
                plan.completion());
    }
}
