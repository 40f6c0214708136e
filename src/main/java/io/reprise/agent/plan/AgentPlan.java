package io.reprise.agent.plan;

import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.agent.loop.RunPlan;
import io.reprise.agent.loop.RunPlan.Facts;
import io.reprise.agent.loop.RunPlan.Helpers;
import io.reprise.agent.middleware.PlannedMiddleware;
import io.reprise.agent.plan.CatalogPlans.Sources;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Listed;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.ModelDefinition;
import io.reprise.catalog.definition.PromptVariable;
import io.reprise.config.Settings;
import io.reprise.support.Digest;
import io.reprise.support.WallClock;
import io.reprise.tool.RemoteTools;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolRegistry;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plan of one agent, from one snapshot of the catalogue and the settings.
 *
 * @param limits of the version that the run began with
 * @param tools that the agent may use
 */
record AgentPlan(
        String name,
        long version,
        AgentDefinition agent,
        AgentDefinition.Limits limits,
        Settings settings,
        Catalog catalog,
        Sources sources,
        ToolRegistry tools,
        WallClock time) {
    private static final Logger LOG = LoggerFactory.getLogger(AgentPlan.class);

    /** Before the conversation is known. */
    RunPlan incomplete() {
        PlanPrompts.Chosen prompt = prompts().current(agent, false);
        return plan(standardModel(), prompt, new Facts("", null, false, null, RunBasis.UNKNOWN));
    }

    private RunPlan complete(Facts facts) throws InterruptedException {
        RunPlan plan = withSkills()
                .withRemoteTools(new RemoteTools.Asker(facts.user(), facts.token()))
                .limitedAs(facts.before())
                .plan(model(facts), prompt(facts), facts);
        String memory = sources.files().memory(agent.memory());
        return memory.isEmpty() ? plan : plan.prompted(plan.prompt() + "\n\n" + memory);
    }

    /** With a tool for the skills that the agent has at the moment, whatever other tools it may use. */
    private AgentPlan withSkills() {
        List<AgentFiles.Skill> skills = sources.files().skills(agent.skills());
        if (skills.isEmpty()) return this;
        List<Tool> all = new ArrayList<>(tools.all());
        all.removeIf(tool -> tool.name().equals(SkillTool.NAME));
        all.add(new SkillTool(sources.files(), skills));
        return with(all);
    }

    /** With the tools of its MCP servers that are known at the moment, or within a limited time. */
    private AgentPlan withRemoteTools(RemoteTools.Asker asker) throws InterruptedException {
        if (agent.mcpServers().isEmpty()) return this;
        List<Tool> all = new ArrayList<>(tools.all());
        Set<String> taken = all.stream().map(Tool::name).collect(Collectors.toSet());
        all.addAll(sources.remoteTools().of(agent.mcpServers(), taken, asker));
        return with(all);
    }

    private AgentPlan with(List<Tool> others) {
        return new AgentPlan(name, version, agent, limits, settings, catalog, sources, new ToolRegistry(others), time);
    }

    /** With the limits of the version that the run began with, if that can be read. */
    private AgentPlan limitedAs(RunBasis before) throws InterruptedException {
        boolean isSame = before.agentVersion() == null || before.agentVersion() == version;
        if (isSame || !name.equals(before.agent())) return this;
        return PlanPrompts.await(sources.pastAgents().version(name, before.agentVersion()))
                .map(AgentDefinition::limits)
                .map(its -> new AgentPlan(name, version, agent, its, settings, catalog, sources, tools, time))
                .orElse(this);
    }

    private RunPlan plan(String model, PlanPrompts.Chosen prompt, Facts facts) {
        PlanModels models = models();
        List<String> others = models.fallbacks(model, agent.fallbacks());
        String title = role(agent.roles().title());
        String summary = role(agent.roles().summary());
        Set<String> names = new LinkedHashSet<>(List.of(model, title, summary));
        names.addAll(others);
        List<PlannedMiddleware> middleware = new PlanMiddleware(catalog, sources.middleware()).of(agent.middleware());
        return new RunPlan(
                new RunBasis(name, version, prompt.id(), model, catalogVersion(prompt, names)),
                models.model(model),
                others.stream().map(models::model).toList(),
                new Helpers(models.model(title), models.model(summary), models::model),
                tools,
                PromptVariable.fill(prompt.text(), values(model, facts)),
                middleware,
                CatalogPlans.limits(limits, settings.run()),
                settings.store(),
                CatalogPlans.interrupts(agent, settings.interrupts(), toolNames()),
                subagents(),
                (same, known) -> complete(known));
    }

    /** Those that can be used at the moment. */
    private List<RunPlan.Subagent> subagents() {
        return agent.subagents().stream()
                .distinct()
                .flatMap(other -> catalog
                        .agent(other)
                        .map(its -> new RunPlan.Subagent(
                                other, its.description().isEmpty() ? its.title() : its.description()))
                        .stream())
                .toList();
    }

    private List<String> toolNames() {
        List<String> names =
                new ArrayList<>(tools.all().stream().map(Tool::name).toList());
        subagents().forEach(other -> names.add(other.tool()));
        return names;
    }

    private PlanModels models() {
        return new PlanModels(catalog, sources.models());
    }

    private PlanPrompts prompts() {
        return new PlanPrompts(catalog, sources.pastPrompts());
    }

    private String standardModel() {
        return catalog.named(agent.model());
    }

    private String role(String named) {
        return named.isEmpty() ? standardModel() : named;
    }

    /** The model that was chosen for the message, that the run had before, or that of the agent. */
    private String model(Facts facts) {
        if (facts.model() != null) return facts.model();
        String before = facts.before().model();
        if (before == null) return standardModel();
        if (models().isUsable(before)) return before;
        tellChange("model", before, standardModel());
        return standardModel();
    }

    private PlanPrompts.Chosen prompt(Facts facts) throws InterruptedException {
        String before = facts.before().prompt();
        Optional<PlanPrompts.Chosen> same = prompts().before(before);
        if (same.isPresent()) return same.get();
        PlanPrompts.Chosen current = prompts().current(agent, facts.testing());
        if (before != null) tellChange("prompt", before, current.id());
        return current;
    }

    private void tellChange(String what, String before, String now) {
        LOG.atInfo()
                .setMessage("a run goes on with something else, because what it began with cannot be used any more")
                .addKeyValue("agent", name)
                .addKeyValue("what", what)
                .addKeyValue("before", before)
                .addKeyValue("now", now)
                .log();
    }

    private PromptVariable.Values values(String model, Facts facts) {
        return PromptVariable.Values.at(
                time.nowMs(),
                zone(facts.zone()),
                agent.title().isEmpty() ? name : agent.title(),
                models().title(model),
                facts.user(),
                toolNames());
    }

    private ZoneId zone(String ofPerson) {
        try {
            if (ofPerson != null) return ZoneId.of(ofPerson);
        } catch (DateTimeException e) {
            LOG.atDebug()
                    .setMessage("unknown time zone")
                    .addKeyValue("zone", ofPerson)
                    .log();
        }
        return ZoneId.of(settings.recalls().zone());
    }

    private String catalogVersion(PlanPrompts.Chosen prompt, Set<String> modelNames) {
        List<String> used = new ArrayList<>(List.of(settings.catalogVersion(), prompt.id(), prompt.text()));
        used.add(written(new EntryKey(Kind.AGENT, name)));
        agent.middleware().forEach(use -> used.add(written(new EntryKey(Kind.MIDDLEWARE, use.name()))));
        for (String model : modelNames) {
            used.add(written(new EntryKey(Kind.MODEL, model)));
            catalog.model(model)
                    .map(ModelDefinition::provider)
                    .ifPresent(provider -> used.add(written(new EntryKey(Kind.PROVIDER, provider))));
        }
        return "v_" + Digest.of(used.toArray(String[]::new)).substring(0, 16);
    }

    private String written(EntryKey key) {
        return catalog.find(key)
                .map(Listed::entry)
                .map(entry -> key + "@" + entry.version() + " " + new TreeMap<>(entry.body()))
                .orElse(key.toString());
    }
}
