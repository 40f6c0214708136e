package io.reprise.agent.middleware;

import io.reprise.agent.middleware.call.ApprovalRule;
import io.reprise.agent.middleware.call.ToolCache;
import io.reprise.agent.middleware.call.ToolEmulator;
import io.reprise.agent.middleware.context.ContextEditing;
import io.reprise.agent.middleware.context.Summarisation;
import io.reprise.agent.middleware.context.TodoList;
import io.reprise.agent.middleware.context.ToolSelection;
import io.reprise.agent.middleware.guard.Pii;
import io.reprise.agent.middleware.guard.PromptInjection;
import io.reprise.agent.middleware.limit.ModelCallLimit;
import io.reprise.agent.middleware.limit.ToolCallLimit;
import io.reprise.agent.middleware.retry.ModelFallback;
import io.reprise.agent.middleware.retry.ModelRetry;
import io.reprise.agent.middleware.retry.ToolErrors;
import io.reprise.agent.middleware.retry.ToolRetry;
import io.reprise.catalog.definition.MiddlewareDefinition;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.catalog.definition.MiddlewareTypes;
import io.reprise.model.ModelFailure;
import io.reprise.support.MonotonicClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The types of middleware: those of the server and those of plug-ins. */
public final class MiddlewareRegistry {
    private final Map<String, MiddlewareType<?>> types = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if two types have the same name, or a priority is not allowed */
    public MiddlewareRegistry(Iterable<? extends MiddlewareType<?>> plugins) {
        List<MiddlewareType<?>> all = new ArrayList<>(own());
        plugins.forEach(all::add);
        for (MiddlewareType<?> type : all) {
            if (type.priority() < 1 || type.priority() > 100) {
                throw new IllegalArgumentException("a priority is from 1 to 100: type of middleware " + type.name());
            }
            if (types.put(type.name(), type) != null) {
                throw new IllegalArgumentException("a type of middleware exists already: " + type.name());
            }
        }
    }

    /** The types of the server, each with what it shares between runs. */
    private static List<MiddlewareType<?>> own() {
        return List.of(
                new ModelCallLimit(),
                new ToolCallLimit(),
                new PromptInjection(),
                new Pii(),
                new Summarisation(),
                new ContextEditing(),
                new TodoList(),
                new ToolSelection(),
                new ApprovalRule(),
                new ModelFallback(),
                new ModelRetry(),
                new ToolCache(MonotonicClock.system()),
                new ToolErrors(),
                new ToolRetry(),
                new ToolEmulator());
    }

    /**
     * With the plug-ins that this loader finds.
     *
     * @throws IllegalArgumentException if one of them cannot be used
     */
    @SuppressWarnings("rawtypes")
    public static MiddlewareRegistry load(ClassLoader loader) {
        try {
            List<MiddlewareType<?>> plugins = new ArrayList<>();
            for (MiddlewareType plugin : ServiceLoader.load(MiddlewareType.class, loader)) plugins.add(plugin);
            return new MiddlewareRegistry(plugins);
        } catch (ServiceConfigurationError e) {
            throw new IllegalArgumentException("a plug-in for middleware cannot be used: " + e.getMessage(), e);
        }
    }

    /** The types that entries may have. */
    public MiddlewareTypes types() {
        Map<String, MiddlewareTypes.Type> all = new LinkedHashMap<>();
        types.forEach((name, type) -> all.put(name, new MiddlewareTypes.Type(type.priority(), type::read)));
        return new MiddlewareTypes(all);
    }

    /** What runs build from an entry. */
    public PlannedMiddleware planned(String name, int priority, MiddlewareDefinition entry) {
        return planned(types.get(entry.type()), name, priority, entry);
    }

    @SuppressWarnings("unchecked")
    private static <S extends MiddlewareSettings> PlannedMiddleware planned(
            MiddlewareType<S> type, String name, int priority, MiddlewareDefinition entry) {
        S settings = (S) entry.settings(); // Its type has read them.
        return new PlannedMiddleware(
                name, priority, entry.critical(), setup -> type.build(settings, setup), (session, request) -> {
                    try {
                        return type.helping(settings, session, request);
                    } catch (ModelFailure e) {
                        throw e;
                    } catch (IllegalArgumentException e) { // It cannot be built.
                        return PlannedMiddleware.absent(name, entry.critical()).helping(session, request);
                    } catch (RuntimeException e) {
                        throw new ModelFailure(
                                "model_error", "The middleware \"" + name + "\" of this agent failed.", e);
                    }
                });
    }
}
