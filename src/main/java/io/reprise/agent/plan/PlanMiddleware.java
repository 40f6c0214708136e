package io.reprise.agent.plan;

import io.reprise.agent.middleware.MiddlewareRegistry;
import io.reprise.agent.middleware.PlannedMiddleware;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Listed;
import io.reprise.catalog.definition.MiddlewareDefinition;
import io.reprise.catalog.definition.MiddlewareUse;
import io.reprise.config.read.SettingsProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The middleware of agents, from their entries. */
record PlanMiddleware(Catalog catalog, MiddlewareRegistry types) {
    private static final int PRIORITY_OF_FAULTY = 50;

    /** Those that are active; one whose entry is not set up correctly cannot be built by any run. */
    List<PlannedMiddleware> of(List<MiddlewareUse> uses) {
        List<PlannedMiddleware> planned = new ArrayList<>();
        for (MiddlewareUse use : uses) planned(use).ifPresent(planned::add);
        return planned;
    }

    private Optional<PlannedMiddleware> planned(MiddlewareUse use) {
        Optional<MiddlewareDefinition> whole = catalog.middleware(use.name());
        if (whole.isEmpty()) return faulty(use.name());
        MiddlewareDefinition entry = whole.get();
        return entry.active()
                ? Optional.of(types.planned(use.name(), use.priority().orElse(entry.priority()), entry))
                : Optional.empty();
    }

    private Optional<PlannedMiddleware> faulty(String name) {
        Optional<Listed> listed = catalog.find(new EntryKey(Kind.MIDDLEWARE, name));
        boolean active = !Boolean.FALSE.equals(given(listed, "active"));
        boolean critical = Boolean.TRUE.equals(given(listed, "critical"));
        if (!active) return Optional.empty();
        String why = listed.map(PlanMiddleware::why).orElse("there is no such entry");
        return Optional.of(new PlannedMiddleware(
                name,
                PRIORITY_OF_FAULTY,
                critical,
                setup -> {
                    throw new IllegalArgumentException(why);
                },
                PlannedMiddleware.absent(name, critical)));
    }

    private static Object given(Optional<Listed> listed, String key) {
        return listed.map(its -> its.entry().body().get(key)).orElse(null);
    }

    private static String why(Listed listed) {
        return "its settings are wrong ("
                + listed.problems().stream()
                        .map(SettingsProblem::path)
                        .distinct()
                        .collect(Collectors.joining(", ")) + ")";
    }
}
