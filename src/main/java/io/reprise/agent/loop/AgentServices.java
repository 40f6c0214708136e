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

/** Services that the runs of a node use. Immutable: what changes one of them returns a copy. */
public final class AgentServices {
    private final RunPlans plans;
    private final Histories histories;
    private final IdSource ids;
    private final Metrics metrics;
    private Checkpointer checkpoints = Checkpointer.NONE;
    private RunCommands commands = RunCommands.NONE;
    private final AbandonedTools abandoned;
    private final HeldCalls held;
    private Spending spending = Spending.NONE;
    private RunFiles files = RunFiles.NONE;
    private Tracing tracing = Tracing.OFF;
    private BackgroundCalls background = new BackgroundCalls(Current.always(ToolSettings.Background.USUAL));
    private Span span = Span.NONE;

    /** Services for runs that cannot resume. */
    public AgentServices(RunPlans plans, Histories histories, IdSource ids, Metrics metrics) {
        this.plans = plans;
        this.histories = histories;
        this.ids = ids;
        this.metrics = metrics;
        this.abandoned = new AbandonedTools();
        this.held = new HeldCalls();
    }

    private AgentServices(AgentServices other) {
        plans = other.plans;
        histories = other.histories;
        ids = other.ids;
        metrics = other.metrics;
        checkpoints = other.checkpoints;
        commands = other.commands;
        abandoned = other.abandoned;
        held = other.held;
        spending = other.spending;
        files = other.files;
        tracing = other.tracing;
        background = other.background;
        span = other.span;
    }

    /** These services with a checkpoint store, so that runs can resume. */
    public AgentServices keeping(Checkpointer its) {
        AgentServices copy = new AgentServices(this);
        copy.checkpoints = its;
        return copy;
    }

    /** These services with a way to send commands from tools to sessions; each agent verticle has its own. */
    public AgentServices with(RunCommands its) {
        AgentServices copy = new AgentServices(this);
        copy.commands = its;
        return copy;
    }

    /** These services with budgets, and with a count of what models use. */
    public AgentServices spending(Spending its) {
        AgentServices copy = new AgentServices(this);
        copy.spending = its;
        return copy;
    }

    /** These services for conversations with files. */
    public AgentServices reading(RunFiles its) {
        AgentServices copy = new AgentServices(this);
        copy.files = its;
        return copy;
    }

    /** These services with what begins the spans of runs. */
    public AgentServices traced(Tracing its) {
        AgentServices copy = new AgentServices(this);
        copy.tracing = its;
        return copy;
    }

    /** These services with a place for calls that go on without their run. */
    public AgentServices behind(BackgroundCalls its) {
        AgentServices copy = new AgentServices(this);
        copy.background = its;
        return copy;
    }

    /** These services for work with this span. */
    public AgentServices within(Span its) {
        AgentServices copy = new AgentServices(this);
        copy.span = its;
        return copy;
    }

    /** Resolves the plan of a run once, at its start. */
    public RunPlans plans() {
        return plans;
    }

    public Histories histories() {
        return histories;
    }

    public IdSource ids() {
        return ids;
    }

    public Metrics metrics() {
        return metrics;
    }

    public Checkpointer checkpoints() {
        return checkpoints;
    }

    /** Sends commands from tools to sessions; each agent verticle has its own. */
    public RunCommands commands() {
        return commands;
    }

    /** Shared by all agents of a node. */
    public AbandonedTools abandoned() {
        return abandoned;
    }

    /** Shared by all agents of a node. */
    public HeldCalls held() {
        return held;
    }

    public Spending spending() {
        return spending;
    }

    public RunFiles files() {
        return files;
    }

    /** Begins the spans of runs. */
    public Tracing tracing() {
        return tracing;
    }

    /** Calls that go on without their run; shared by all agents of a node. */
    public BackgroundCalls background() {
        return background;
    }

    /** The span of the run that uses these services; {@link Span#NONE} outside of a run. */
    public Span span() {
        return span;
    }
}
