package io.reprise.agent.loop;

import io.reprise.agent.background.BackgroundCalls;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.agent.link.RunCommands;
import io.reprise.agent.link.RunFiles;
import io.reprise.agent.usage.Spending;
import io.reprise.config.tool.ToolSettings;
import io.reprise.history.Histories;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.telemetry.Metrics;
import io.reprise.telemetry.trace.Span;
import io.reprise.telemetry.trace.Tracing;

/**
 * Services that all runs of a node use.
 *
 * @param plans resolves the plan of a run once, at its start
 * @param commands sends commands from tools to sessions; each agent verticle has its own
 * @param abandoned shared by all agents of a node
 * @param held shared by all agents of a node
 * @param tracing begins the spans of runs
 * @param background calls that go on without their run; shared by all agents of a node
 * @param span of the run that uses these services; {@link Span#NONE} outside of a run
 */
public record AgentServices(
        RunPlans plans,
        Histories histories,
        IdSource ids,
        Metrics metrics,
        Checkpointer checkpoints,
        RunCommands commands,
        AbandonedTools abandoned,
        HeldCalls held,
        Spending spending,
        RunFiles files,
        Tracing tracing,
        BackgroundCalls background,
        Span span) {
    /** Services for runs that cannot resume. */
    public AgentServices(RunPlans plans, Histories histories, IdSource ids, Metrics metrics) {
        this(
                plans,
                histories,
                ids,
                metrics,
                Checkpointer.NONE,
                RunCommands.NONE,
                new AbandonedTools(),
                new HeldCalls(),
                Spending.NONE,
                RunFiles.NONE,
                Tracing.OFF,
                new BackgroundCalls(Current.always(ToolSettings.Background.USUAL)),
                Span.NONE);
    }

    /** These services with a checkpoint store, so that runs can resume. */
    public AgentServices keeping(Checkpointer its) {
        return new AgentServices(
                plans,
                histories,
                ids,
                metrics,
                its,
                commands,
                abandoned,
                held,
                spending,
                files,
                tracing,
                background,
                span);
    }

    public AgentServices with(RunCommands own) {
        return new AgentServices(
                plans,
                histories,
                ids,
                metrics,
                checkpoints,
                own,
                abandoned,
                held,
                spending,
                files,
                tracing,
                background,
                span);
    }

    /** These services with budgets, and with a count of what models use. */
    public AgentServices spending(Spending its) {
        return new AgentServices(
                plans,
                histories,
                ids,
                metrics,
                checkpoints,
                commands,
                abandoned,
                held,
                its,
                files,
                tracing,
                background,
                span);
    }

    /** These services for conversations with files. */
    public AgentServices reading(RunFiles its) {
        return new AgentServices(
                plans,
                histories,
                ids,
                metrics,
                checkpoints,
                commands,
                abandoned,
                held,
                spending,
                its,
                tracing,
                background,
                span);
    }

    public AgentServices traced(Tracing by) {
        return new AgentServices(
                plans,
                histories,
                ids,
                metrics,
                checkpoints,
                commands,
                abandoned,
                held,
                spending,
                files,
                by,
                background,
                span);
    }

    /** These services with a place for calls that go on without their run. */
    public AgentServices behind(BackgroundCalls its) {
        return new AgentServices(
                plans,
                histories,
                ids,
                metrics,
                checkpoints,
                commands,
                abandoned,
                held,
                spending,
                files,
                tracing,
                its,
                span);
    }

    /** These services for work with this span. */
    public AgentServices within(Span its) {
        return new AgentServices(
                plans,
                histories,
                ids,
                metrics,
                checkpoints,
                commands,
                abandoned,
                held,
                spending,
                files,
                tracing,
                background,
                its);
    }
}
