package io.reprise.agent.plan;

import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.agent.loop.RunPlan;
import io.reprise.agent.loop.RunPlans;
import io.reprise.agent.middleware.MiddlewareRegistry;
import io.reprise.agent.middleware.context.TodoList;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Listed;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.config.InterruptSettings;
import io.reprise.config.RunSettings;
import io.reprise.config.Settings;
import io.reprise.support.Current;
import io.reprise.support.WallClock;
import io.reprise.tool.RemoteTools;
import io.reprise.tool.ToolRegistry;
import io.reprise.tool.ToolSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Plans of the agents of the catalogue, each from one snapshot of the catalogue and the settings. */
public final class CatalogPlans implements RunPlans {
    /** Names of tools that agents get by their settings. */
    public static final Set<String> TOOLS = Set.of(SkillTool.NAME, TodoList.TOOL);

    private static final String UNAVAILABLE = "unavailable";
    private static final String NOT_FOUND = "not_found";

    private final Current<Settings> settings;
    private final Current<Catalog> catalog;
    private final Sources sources;
    private final ToolSource tools;
    private final WallClock time;

    /** What plans are made with. */
    public record Sources(
            ModelSource models,
            PastPrompts pastPrompts,
            AgentFiles files,
            MiddlewareRegistry middleware,
            RemoteTools remoteTools,
            PastAgents pastAgents) {
        /** Without tools of other servers and versions of agents. */
        public Sources(ModelSource models, PastPrompts pastPrompts, AgentFiles files, MiddlewareRegistry middleware) {
            this(models, pastPrompts, files, middleware, RemoteTools.NONE, PastAgents.NONE);
        }
    }

    /** @param tools of which agents use some or all */
    public CatalogPlans(
            Current<Settings> settings, Current<Catalog> catalog, Sources sources, ToolSource tools, WallClock time) {
        this.settings = settings;
        this.catalog = catalog;
        this.sources = sources;
        this.tools = tools;
        this.time = time;
    }

    @Override
    public RunPlan of(String agent) {
        String name = agent == null ? AgentDefinition.DEFAULT : agent;
        Settings now = settings.get();
        Catalog entries = catalog.get();
        Optional<AgentDefinition> found = entries.agent(name);
        if (found.isEmpty()) return refused(name, now, entries);
        EntryKey key = new EntryKey(Kind.AGENT, name);
        long version = entries.find(key).map(listed -> listed.entry().version()).orElse(0L);
        AgentDefinition its = found.get();
        return new AgentPlan(name, version, its, its.limits(), now, entries, sources, toolsOf(its), time).incomplete();
    }

    private ToolRegistry toolsOf(AgentDefinition agent) {
        return new ToolRegistry(tools.now().all().stream()
                .filter(tool -> agent.mayUse(tool.name()))
                .toList());
    }

    /** The plan of a run that ends with a reason. */
    private static RunPlan refused(String name, Settings now, Catalog entries) {
        Optional<Listed> listed = entries.find(new EntryKey(Kind.AGENT, name));
        boolean off = listed.flatMap(Listed::definition)
                .filter(definition -> !definition.enabled())
                .isPresent();
        String why = listed.isEmpty()
                ? "The agent \"" + name + "\" of this chat does not exist any more."
                : "The agent \"" + name + "\" is " + (off ? "switched off." : "not set up correctly.");
        AbsentModel none = new AbsentModel(name, listed.isEmpty() ? NOT_FOUND : UNAVAILABLE, why);
        return new RunPlan(
                RunBasis.of(name, now.catalogVersion()),
                none,
                List.of(),
                RunPlan.Helpers.all(none),
                new ToolRegistry(List.of()),
                "",
                List.of(),
                now.run(),
                now.store(),
                now.interrupts(),
                RunPlan.Completion.NONE);
    }

    /** The limits of an agent, where it has own ones. */
    static RunSettings limits(AgentDefinition.Limits limits, RunSettings usual) {
        return usual.within(
                limits.timeMs().orElse(usual.timeMs()), limits.stepsMax().orElse(usual.stepsMax()));
    }

    /** Calls of its tools that need an approval, by the settings or by the agent. */
    static InterruptSettings interrupts(AgentDefinition agent, InterruptSettings usual, List<String> tools) {
        List<String> asked = new ArrayList<>(usual.tools());
        tools.stream()
                .filter(name -> agent.asksBefore(name) && !asked.contains(name))
                .forEach(asked::add);
        return new InterruptSettings(asked, usual.expiryMinutes(), usual.openMax());
    }
}
