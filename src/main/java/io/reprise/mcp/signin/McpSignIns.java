package io.reprise.mcp.signin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.account.McpSignInStore;
import io.reprise.account.McpSignInStore.Key;
import io.reprise.account.McpSignInStore.Listed;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.signin.SealedSignIns.Kept;
import io.reprise.mcp.signin.SealedSignIns.Taken;
import io.reprise.secret.Secrets;
import io.reprise.support.Current;
import io.reprise.support.Digest;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sign-ins of people to MCP servers: OAuth 2.1 with PKCE. Tokens are stored sealed, renewed shortly before they end, and
 * sent to nothing but the server they are for. Thread-safe.
 */
public final class McpSignIns {
    /** Of the sealed tokens. */
    public static final String PURPOSE = "mcp-sign-in";

    /** Where people come back to, at the address of this server. */
    public static final String CALLBACK = "/oauth/callback";

    /** Where authorization servers read what this server is as a client, at the address of this server. */
    public static final String DESCRIPTION = "/client-metadata.json";

    private static final Logger log = LoggerFactory.getLogger(McpSignIns.class);

    private final Parts parts;
    private final SealedSignIns stored;
    private final TokenRequests requests;
    private final Clients clients;
    private final SignInWay way;
    private final TokenSupply supply;
    private volatile BiConsumer<String, String> changed = (user, server) -> {};

    /**
     * What sign-ins are made with.
     *
     * @param publicUrl address of this server for people; empty if it is not known, then nobody can sign in
     * @param environment secrets that entries refer to
     */
    public record Parts(
            McpSignInStore store,
            Secrets secrets,
            Current<Catalog> catalog,
            Current<Optional<String>> publicUrl,
            Current<McpSettings.People> limits,
            AuthHttp http,
            WallClock time,
            Map<String, String> environment) {}

    /** A token to send, and the version of what is stored. */
    record Token(String text, long version) {
        /** Secrets do not get into logs. */
        @Override
        public String toString() {
            return "Token[" + version + "]";
        }
    }

    public McpSignIns(Parts parts) {
        this.parts = parts;
        this.stored = new SealedSignIns(parts.store(), parts.secrets());
        this.requests = new TokenRequests(parts.http(), parts.time());
        this.clients = new Clients(requests, parts.publicUrl(), parts.environment());
        this.way = new SignInWay(stored, new Discovery(parts.http()), requests, clients);
        this.supply = new TokenSupply(stored, requests, parts.limits(), parts.time());
    }

    /** @param its is told the user and the server of each sign-in that was made or removed */
    public void whenChanged(BiConsumer<String, String> its) {
        changed = its;
    }

    /** Why nobody can sign in: a sentence for people; empty if they can. */
    public Optional<String> reasonOff() {
        if (parts.publicUrl().get().isEmpty()) {
            return Optional.of("The operator of this server has not set its address: server.publicUrl.");
        }
        return parts.secrets().reason();
    }

    /** This server as a client, for authorization servers; empty if they cannot read it with TLS. */
    public Optional<ObjectNode> description() {
        return clients.description();
    }

    /** The servers that people sign in to, by name. */
    public List<String> servers() {
        Catalog now = parts.catalog().get();
        return now.all(Kind.MCP_SERVER).stream()
                .map(listed -> listed.key().name())
                .filter(name -> definition(name).isPresent())
                .toList();
    }

    /** The title of a server that people sign in to; empty if they do not. */
    public Optional<String> title(String server) {
        return definition(server).map(its -> its.title().isBlank() ? server : its.title());
    }

    /** The address at which a person begins to sign in. */
    public String address(String server, String scope) {
        String more = scope.isEmpty() ? "" : "?scope=" + AuthHttp.encoded(scope);
        return parts.publicUrl().get().orElseThrow() + "/api/v1/mcp-sign-ins/" + server + "/start" + more;
    }

    private Optional<McpServerDefinition> definition(String server) {
        return parts.catalog().get().mcpServer(server).filter(McpServerDefinition::signsIn);
    }

    McpSettings.People limits() {
        return parts.limits().get();
    }

    /**
     * A sign-in that has begun.
     *
     * @param address where the browser is sent to
     * @param name of the cookie that the browser keeps
     * @param binding its value; nobody else may know it
     * @param lifeMs of both
     */
    public record Begin(String address, String name, String binding, long lifeMs) {}

    /** Fails with a {@link SignInFailure}. Does not block. */
    public CompletableFuture<Begin> begin(String user, String server, String scope, Waiting where) {
        return Apart.run("begin", () -> {
            McpServerDefinition definition =
                    definition(server).orElseThrow(() -> SignInFailure.of("Nobody signs in to this MCP server."));
            String redirect = parts.publicUrl().get().orElseThrow() + CALLBACK;
            return way.begin(
                    SealedSignIns.key(user, server),
                    definition,
                    Scopes.clean(scope),
                    redirect,
                    where,
                    limits().signInMs());
        });
    }

    /** The name of the cookie of the sign-in with this state. */
    public static String cookie(String state) {
        return "reprise_mcp_" + Digest.of("cookie", state).substring(0, 16).replaceAll("[^A-Za-z0-9]", "0");
    }

    /** What the authorization server sent the browser back with; each may be null. */
    public record Return(String state, String code, String error, String issuer) {}

    /** A user is signed in. */
    public record Finished(String user, String server, Waiting where) {}

    /**
     * Ends a sign-in; the same state is good once.
     *
     * @param binding what the browser kept; null if it has nothing
     * @return fails with a {@link SignInFailure}
     */
    public CompletableFuture<Finished> finish(Return given, String binding) {
        return Apart.run("finish", () -> {
            Taken taken = way.back(given, binding);
            Key key = taken.key();
            boolean current = definition(key.server())
                    .filter(its -> its.url().equals(taken.attempt().url()))
                    .isPresent();
            if (!current) throw SignInFailure.of("The MCP server was changed meanwhile; begin again.");
            way.end(taken, given.code());
            changed.accept(key.user(), key.server());
            log.atInfo()
                    .addKeyValue("user", key.user())
                    .addKeyValue("server", key.server())
                    .log("signed in to an MCP server");
            return new Finished(key.user(), key.server(), taken.attempt().where());
        });
    }

    /** The servers that a user is signed in to. */
    public Future<List<Listed>> list(String user) {
        return parts.store().list(user);
    }

    /** Whether what servers are told about who asks is there, by server; seen by this user. Does not block. */
    public Future<Map<String, SignInState>> states(String user) {
        return new SignInStates(parts.store(), parts.catalog().get(), parts.environment()).of(user);
    }

    /** A user, and a server that people sign in to. */
    public record Person(String user, String server) {}

    /** Those of them that are not signed in any more, wherever they were signed out or erased. */
    public Future<List<Person>> signedOut(List<Person> of) {
        if (of.isEmpty()) return Future.succeededFuture(List.of());
        return parts.store()
                .existing(of.stream().map(McpSignIns::id).toList())
                .map(existing -> of.stream()
                        .filter(person -> !existing.contains(id(person)))
                        .toList());
    }

    private static String id(Person person) {
        return SealedSignIns.key(person.user(), person.server()).id();
    }

    /** Signs a user out; false if there is no sign-in. The authorization server is told, which may fail. */
    public CompletableFuture<Boolean> remove(String user, String server) {
        Key key = SealedSignIns.key(user, server);
        return Apart.run("remove", () -> {
            Optional<Tokens> tokens = stored.tokens(key).map(Kept::tokens);
            boolean removed = stored.remove(key);
            if (removed) changed.accept(user, server);
            if (removed && tokens.isPresent()) revoke(key, tokens.get());
            return removed;
        });
    }

    private void revoke(Key key, Tokens tokens) throws InterruptedException {
        try {
            requests.revoke(tokens);
        } catch (SignInFailure e) {
            log.atInfo()
                    .addKeyValue("server", key.server())
                    .addKeyValue("reason", e.getMessage())
                    .log("a sign-in to an MCP server could not be revoked there");
        }
    }

    /**
     * The token of a user; empty if there is none, or it cannot be renewed. One at a time for each user and server.
     *
     * @param url where it would be sent to
     * @param refused the version that the server does not accept; -1 for none
     */
    CompletableFuture<Optional<Token>> token(String user, String server, String url, long refused) {
        return supply.token(SealedSignIns.key(user, server), url, refused);
    }
}
