package io.reprise.agent.middleware;

import io.reprise.message.ErrorCode;
import io.reprise.tool.Tool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The middleware that a run has built for itself, in its order. */
public final class RunMiddleware {
    private static final Logger LOG = LoggerFactory.getLogger(RunMiddleware.class);

    private final Map<String, Middleware> byName = new LinkedHashMap<>();
    private final Map<String, String> skipped = new TreeMap<>();

    /**
     * Builds what can be built.
     *
     * @param planned in its order, see {@link PlannedMiddleware#inOrder}
     * @throws MiddlewareFailure if one that is critical cannot be built
     */
    public RunMiddleware(List<PlannedMiddleware> planned, MiddlewareSetup setup) {
        planned.forEach(each -> build(each, setup.named(each.name())));
    }

    private void build(PlannedMiddleware planned, MiddlewareSetup setup) {
        try {
            byName.put(planned.name(), planned.builder().build(setup));
        } catch (RuntimeException e) {
            String why = e.getMessage() == null ? "an unexpected error" : e.getMessage();
            LOG.atWarn()
                    .setMessage("a middleware cannot be built")
                    .addKeyValue("middleware", planned.name())
                    .addKeyValue("critical", planned.critical())
                    .addKeyValue("agent", setup.owner().agent())
                    .addKeyValue("run", setup.owner().run())
                    .addKeyValue("why", why)
                    .log();
            if (planned.critical()) {
                throw new MiddlewareFailure(
                        ErrorCode.UNAVAILABLE,
                        "The middleware \"" + planned.name() + "\" of this agent cannot be used: " + why + ".");
            }
            skipped.put(planned.name(), why);
        }
    }

    /** Those that cannot be built, by name, with the reason. */
    public Map<String, String> skipped() {
        return skipped;
    }

    /** All of them; the first is the outermost. */
    public List<Middleware> all() {
        return List.copyOf(byName.values());
    }

    /** The tools that they bring along. */
    public List<Tool> tools() {
        List<Tool> tools = new ArrayList<>();
        byName.values().forEach(each -> tools.addAll(each.tools()));
        return tools;
    }

    /** What checkpoints keep of each, by name. */
    public Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        byName.forEach((name, each) -> {
            String state = each.state();
            if (state != null) states.put(name, state);
        });
        return states;
    }

    /**
     * @param states what a checkpoint has kept
     * @param same whether it was kept by this run, which resumes; otherwise by an earlier one of the session
     */
    public void restore(Map<String, String> states, boolean same) {
        states.forEach((name, state) -> {
            Middleware each = byName.get(name);
            if (each != null) restore(name, each, state, same);
        });
    }

    private static void restore(String name, Middleware each, String state, boolean same) {
        try {
            if (same) each.restore(state);
            else each.inherit(state);
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .setMessage("the state of a middleware cannot be read; it begins anew")
                    .addKeyValue("middleware", name)
                    .addKeyValue("cause", e.toString())
                    .log();
        }
    }
}
