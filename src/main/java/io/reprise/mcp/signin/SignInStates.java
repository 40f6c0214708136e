package io.reprise.mcp.signin;

import io.reprise.account.McpSignInStore;
import io.reprise.account.McpSignInStore.Listed;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.mcp.signin.SignInState.Way;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether what MCP servers are told about who asks is there. Thread-safe.
 *
 * @param environment secrets that entries refer to
 */
record SignInStates(McpSignInStore store, Catalog catalog, Map<String, String> environment) {
    /** Who has signed in to what; null while that cannot be read. */
    private record People(Map<String, Integer> all, Set<String> yours) {}

    /** Of the servers that are told something, by name. */
    Future<Map<String, SignInState>> of(String user) {
        List<String> servers = catalog.all(Kind.MCP_SERVER).stream()
                .map(listed -> listed.key().name())
                .toList();
        return people(user, servers)
                .otherwise((People) null)
                // Secrets may be in files, so they are not looked for on an event loop.
                .compose(people -> Future.fromCompletionStage(Apart.run("states", () -> states(servers, people))));
    }

    private Future<People> people(String user, List<String> servers) {
        return store.people(servers)
                .compose(all -> store.list(user)
                        .map(yours -> new People(
                                all, yours.stream().map(Listed::server).collect(Collectors.toSet()))));
    }

    private Map<String, SignInState> states(List<String> servers, People people) {
        Map<String, SignInState> states = new TreeMap<>();
        for (String name : servers) {
            catalog.mcpServer(name)
                    .flatMap(definition -> state(name, definition, people))
                    .ifPresent(state -> states.put(name, state));
        }
        return states;
    }

    private Optional<SignInState> state(String name, McpServerDefinition definition, People people) {
        Optional<Boolean> present = definition.hasSecrets(environment);
        if (definition.signsIn()) {
            return Optional.of(new SignInState(
                    Way.OAUTH,
                    present.orElse(null),
                    people == null ? null : people.all().get(name),
                    people == null ? null : people.yours().contains(name)));
        }
        if (definition.passesToken()) return Optional.of(new SignInState(Way.CALLER, present.orElse(null), null, null));
        return present.map(all -> new SignInState(Way.TOKEN, all, null, null));
    }
}
