package io.reprise.mcp;

import io.reprise.catalog.Catalog;
import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.McpServers.Surroundings;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.channel.McpFailure.Kind;
import io.reprise.mcp.signin.Access;
import io.reprise.mcp.signin.Challenge;
import io.reprise.mcp.signin.McpSignIns;
import io.reprise.mcp.signin.McpSignIns.Person;
import io.reprise.mcp.signin.UserAccess;
import io.reprise.mcp.tool.SignInTool;
import io.reprise.mcp.tool.ToolNames;
import io.reprise.message.AnonymousUsers;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.inquiry.Inquiry.Mode;
import io.reprise.support.Current;
import io.reprise.support.Digest;
import io.reprise.tool.RemoteTools.Asker;
import io.reprise.tool.Tool;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Servers that are told who asks: each person has connections and lists of tools of their own, because what a server shows
 * depends on who asks. Where people are known by the token with which they call this server, each token has a connection. A
 * connection that nobody uses ends. Thread-safe.
 */
final class UserServers {
    private final Current<Catalog> catalog;
    private final Surroundings around;
    private final Map<Key, McpServer> servers = new ConcurrentHashMap<>();

    UserServers(Current<Catalog> catalog, Surroundings around) {
        this.catalog = catalog;
        this.around = around;
        if (around.signIns() != null)
            around.signIns().whenChanged((user, server) -> retire(new Key(new Person(user, server), "")));
    }

    /** @param token digest of the caller's token; empty if the person signs in */
    private record Key(Person person, String token) {
        String server() {
            return person.server();
        }
    }

    /**
     * The server for this person; empty for people who cannot sign in here, or whose token is not known or has expired, and
     * above the limit.
     */
    Optional<McpServer> server(String name, Asker asker) {
        Optional<McpServerDefinition> definition =
                catalog.get().mcpServer(name).filter(McpServerDefinition::isPersonal);
        boolean byToken = definition.filter(McpServerDefinition::passesToken).isPresent();
        boolean known = byToken ? isPresent(asker) : maySignIn(asker.user());
        String digest = byToken && known ? Digest.of(asker.token().value()) : "";
        Key key = new Key(new Person(asker.user(), name), digest);
        if (definition.isEmpty() || !known) {
            retire(key);
            return Optional.empty();
        }
        if (!servers.containsKey(key) && !hasRoom()) return Optional.empty();
        return Optional.of(servers.compute(key, (same, before) -> {
            if (before != null && before.definition().equals(definition.get())) return before;
            if (before != null) before.retire();
            return byToken ? made(name, asker, definition.get()) : made(key.person(), definition.get());
        }));
    }

    private boolean maySignIn(String user) {
        return !user.isEmpty() && !AnonymousUsers.isOne(user) && around.signIns() != null;
    }

    /** Whether the person is there: with a token that has not expired. */
    boolean isPresent(Asker asker) {
        return asker.token() != null && !new CallerAccess(asker.token(), around.time()).isOver();
    }

    private McpServer made(String name, Asker asker, McpServerDefinition definition) {
        return new McpServer(
                name, definition, around, new CallerAccess(asker.token(), around.time()), SignInCards.NONE);
    }

    private McpServer made(Person key, McpServerDefinition definition) {
        Access access = new UserAccess(around.signIns(), key.user(), key.server(), definition.url(), around.clock());
        return new McpServer(key.server(), definition, around, access, challenge -> card(key.server(), challenge));
    }

    /** Above the limit, the connection that was not used for the longest time ends, unless it is in use. */
    private boolean hasRoom() {
        if (servers.size() < people().connections()) return true;
        Optional<Map.Entry<Key, McpServer>> oldest = servers.entrySet().stream()
                .filter(entry -> entry.getValue().underWay() == 0)
                .min(Comparator.comparingLong(entry -> entry.getValue().usedMs()));
        oldest.ifPresent(entry -> retire(entry.getKey()));
        return oldest.isPresent();
    }

    private McpSettings.People people() {
        return around.settings().get().people();
    }

    private Optional<Inquiry> card(String server, String challenge) {
        McpSignIns signIns = around.signIns();
        if (signIns.reasonOff().isPresent()) return Optional.empty();
        Challenge demand = Challenge.of(challenge);
        String title = signIns.title(server).orElse(server);
        String message = demand.wantsMore()
                ? title + " wants you to allow more for this call: sign in again."
                : "Sign in to " + title + ", so that its tools can be used in your name.";
        String scope = demand.wantsMore() ? demand.scope() : "";
        long expiryMs =
                TimeUnit.MINUTES.toMillis(around.settings().get().questions().expiryMinutes());
        return Optional.of(new Inquiry(title, Mode.URL, message, null, signIns.address(server, scope), expiryMs));
    }

    /** A tool with which the model has the person sign in, because other tools may be unknown until then. */
    Tool signIn(McpServer server, String user, ToolNames names) {
        String prefix = server.definition().tools().prefix();
        return new SignInTool(
                names.of(server.name(), prefix, SignInTool.NAME),
                server.shown(),
                () -> missing(server.name(), user),
                () -> around.signIns().reasonOff(),
                around.settings().get().waits().callMs());
    }

    private Optional<Inquiry> missing(String name, String user) throws InterruptedException {
        Optional<McpServer> found = server(name, new Asker(user, null));
        if (found.isEmpty()) throw McpFailure.of(Kind.BUSY, "Too many people use this server at the moment.");
        return found.get().missing();
    }

    /** Ends connections of entries that are gone or changed, and of people who do not use them or are signed out. */
    void sweep() {
        long now = around.clock().elapsedMs();
        servers.forEach((key, server) -> {
            boolean same = catalog.get()
                    .mcpServer(key.server())
                    .filter(server.definition()::equals)
                    .isPresent();
            boolean idle = server.underWay() == 0 && now - server.usedMs() > people().idleMs();
            if (!same || idle) retire(key);
        });
        if (around.signIns() != null)
            around.signIns()
                    .signedOut(withTools())
                    .onSuccess(gone -> gone.forEach(person -> retire(new Key(person, ""))));
    }

    /** What was read as somebody. */
    private List<Person> withTools() {
        return servers.entrySet().stream()
                .filter(entry -> entry.getValue().known().isPresent())
                .map(Map.Entry::getKey)
                .filter(key -> key.token().isEmpty())
                .map(Key::person)
                .toList();
    }

    /** Forgets the tools that people have of a server. Returns how many there were. */
    int clear(String name) {
        return servers.entrySet().stream()
                .filter(entry -> entry.getKey().server().equals(name))
                .mapToInt(entry -> entry.getValue().clear())
                .sum();
    }

    private void retire(Key key) {
        McpServer gone = servers.remove(key);
        if (gone != null) gone.retire();
    }

    void close() {
        servers.keySet().forEach(key -> {
            McpServer server = servers.remove(key);
            if (server != null) server.close();
        });
    }
}
