package io.reprise.mcp.signin;

import io.reprise.account.McpSignInStore;
import io.reprise.account.McpSignInStore.Begun;
import io.reprise.account.McpSignInStore.Key;
import io.reprise.account.McpSignInStore.Listed;
import io.reprise.account.McpSignInStore.Stored;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.McpAuth;
import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.mcp.signin.Discovery.Found;
import io.reprise.message.Json;
import io.reprise.secret.SecretBox;
import io.reprise.secret.SecretPlace;
import io.reprise.secret.Secrets;
import io.reprise.support.Current;
import io.reprise.support.Digest;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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

    private static final Logger log = LoggerFactory.getLogger(McpSignIns.class);
    private static final String ATTEMPT_PURPOSE = "mcp-attempt";
    private static final int SECRET_BYTES = 32;
    private static final long RENEW_BEFORE_MS = 60_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Parts parts;
    private final Discovery discovery;
    private final TokenRequests requests;
    private final Map<Key, CompletableFuture<Optional<Token>>> underWay = new ConcurrentHashMap<>();
    private volatile BiConsumer<String, String> changed = (user, server) -> {};

    /**
     * What sign-ins are made with.
     *
     * @param publicUrl address of this server for people; empty if it is not known, then nobody can sign in
     * @param signInMs how long a person may take
     * @param environment secrets that entries refer to
     */
    public record Parts(
            McpSignInStore store,
            Secrets secrets,
            Current<Catalog> catalog,
            Current<Optional<String>> publicUrl,
            Current<Integer> signInMs,
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
        this.discovery = new Discovery(parts.http());
        this.requests = new TokenRequests(parts.http(), parts.time());
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

    private static Key key(String user, String server) {
        return new Key(Digest.of("mcp sign-in", user, server), user, server);
    }

    // --- the way there

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
        return apart("begin", () -> {
            McpServerDefinition definition =
                    definition(server).orElseThrow(() -> SignInFailure.of("Nobody signs in to this MCP server."));
            Found found = discovery.of(definition.url());
            String wanted = wanted(definition.auth(), found, Scopes.clean(scope));
            String redirect = parts.publicUrl().get().orElseThrow() + CALLBACK;
            Client client = client(key(user, server), definition, found.authority(), redirect, wanted);
            return begun(key(user, server), definition, found, wanted, redirect, client, where);
        });
    }

    /** What the operator names or the server wants, and what it wants more. */
    private static String wanted(McpAuth auth, Found found, String more) {
        String usual = auth.scopes().isEmpty() ? found.scope() : Scopes.joined(auth.scopes());
        String all = Scopes.both(usual, more);
        boolean offline = Scopes.contains(found.authority().scopes(), "offline_access");
        return offline ? Scopes.both(all, "offline_access") : all;
    }

    private Client client(Key key, McpServerDefinition definition, AuthServer authority, String redirect, String scope)
            throws Exception {
        McpAuth auth = definition.auth();
        if (!auth.clientId().isEmpty()) {
            String secret = auth.clientSecret()
                    .flatMap(reference -> reference.resolve(parts.environment()))
                    .orElse(null);
            return new Client(auth.clientId(), secret, Client.method(authority.methods(), secret != null), false);
        }
        Optional<Tokens> before = stored(key).flatMap(kept -> opened(key, kept));
        boolean same = before.filter(its -> its.client().registered()
                        && its.issuer().equals(authority.issuer())
                        && its.redirect().equals(redirect))
                .isPresent();
        return same ? before.get().client() : requests.register(authority, redirect, scope);
    }

    private Begin begun(
            Key key,
            McpServerDefinition definition,
            Found found,
            String scope,
            String redirect,
            Client client,
            Waiting where)
            throws Exception {
        AuthServer authority = found.authority();
        String state = random();
        String binding = random();
        String verifier = random();
        Attempt attempt = new Attempt(
                Digest.of(binding),
                verifier,
                definition.url(),
                found.resource(),
                scope,
                authority.issuer(),
                authority.token(),
                authority.revoke(),
                authority.namesItself(),
                redirect,
                client,
                where);
        int lifeMs = parts.signInMs().get();
        byte[] sealed = box().seal(bytes(attempt), new SecretPlace(ATTEMPT_PURPOSE, key.id()));
        await(parts.store().begin(key, Digest.of(state), sealed, lifeMs));
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", client.id());
        query.put("redirect_uri", redirect);
        query.put("state", state);
        query.put("code_challenge", challenge(verifier));
        query.put("code_challenge_method", "S256");
        query.put("resource", found.resource());
        if (!scope.isEmpty()) query.put("scope", scope);
        if (Scopes.contains(scope, "offline_access")) query.put("prompt", "consent");
        String address = authority.authorize();
        String begin = address.contains("?") ? "&" : "?";
        return new Begin(address + begin + AuthHttp.encoded(query), cookie(state), binding, lifeMs);
    }

    /** The name of the cookie of the sign-in with this state. */
    public static String cookie(String state) {
        return "reprise_mcp_" + Digest.of("cookie", state).substring(0, 16).replaceAll("[^A-Za-z0-9]", "0");
    }

    // --- the way back

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
        return apart("finish", () -> {
            if (given.state() == null || binding == null) throw unknown();
            Begun begun = await(parts.store().take(Digest.of(given.state()))).orElseThrow(McpSignIns::unknown);
            Key key = begun.key();
            Attempt attempt = box().open(begun.attempt(), new SecretPlace(ATTEMPT_PURPOSE, key.id()))
                    .map(plain -> read(plain, Attempt.class))
                    .orElseThrow(McpSignIns::unknown);
            if (!isSame(attempt.binding(), Digest.of(binding))) throw unknown();
            judge(attempt, given);
            boolean current = definition(key.server())
                    .filter(its -> its.url().equals(attempt.url()))
                    .isPresent();
            if (!current) throw SignInFailure.of("The MCP server was changed meanwhile; begin again.");
            Tokens tokens = requests.exchange(attempt, given.code());
            await(parts.store().keep(key, sealed(key, tokens)));
            changed.accept(key.user(), key.server());
            log.atInfo()
                    .addKeyValue("user", key.user())
                    .addKeyValue("server", key.server())
                    .log("signed in to an MCP server");
            return new Finished(key.user(), key.server(), attempt.where());
        });
    }

    private static SignInFailure unknown() {
        return SignInFailure.suspect(
                "This sign-in is not known in this browser, was used before, or took too long; begin again.");
    }

    /** RFC 9207: an answer of another authorization server is refused, whatever it says. */
    private static void judge(Attempt attempt, Return given) throws SignInFailure {
        boolean named = given.issuer() != null;
        if (named ? !given.issuer().equals(attempt.issuer()) : attempt.namesItself()) {
            throw SignInFailure.suspect("The answer is not of the authorization server that was asked.");
        }
        if (given.error() != null) {
            throw SignInFailure.of(
                    given.error().equals("access_denied")
                            ? "The sign-in was not allowed."
                            : "The authorization server reports an error.");
        }
        if (given.code() == null || given.code().isEmpty() || given.code().length() > 4_096) {
            throw SignInFailure.of("The authorization server sent no code.");
        }
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    // --- what is kept

    /** The servers that a user is signed in to. */
    public Future<List<Listed>> list(String user) {
        return parts.store().list(user);
    }

    /** Signs a user out; false if there is no sign-in. The authorization server is told, which may fail. */
    public CompletableFuture<Boolean> remove(String user, String server) {
        Key key = key(user, server);
        return apart("remove", () -> {
            Optional<Tokens> tokens = stored(key).flatMap(kept -> opened(key, kept));
            boolean removed = await(parts.store().remove(key));
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
        Key key = key(user, server);
        CompletableFuture<Optional<Token>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<Token>> other = underWay.putIfAbsent(key, mine);
        if (other != null) return other;
        apart("token", () -> current(key, url, refused)).whenComplete((token, failure) -> {
            underWay.remove(key, mine);
            if (failure == null) mine.complete(token);
            else mine.completeExceptionally(failure);
        });
        return mine;
    }

    private Optional<Token> current(Key key, String url, long refused) throws Exception {
        Optional<Stored> stored = stored(key);
        Optional<Tokens> tokens = stored.flatMap(kept -> opened(key, kept));
        if (tokens.isEmpty() || !tokens.get().url().equals(url)) return Optional.empty();
        long version = stored.get().version();
        long endsMs = tokens.get().endsMs();
        boolean good = version != refused
                && (endsMs == 0 || endsMs - RENEW_BEFORE_MS > parts.time().nowMs());
        if (good) return Optional.of(new Token(tokens.get().access(), version));
        return renewed(key, tokens.get(), version);
    }

    private Optional<Token> renewed(Key key, Tokens old, long version) throws Exception {
        if (old.refresh() == null) {
            await(parts.store().drop(key, version));
            return Optional.empty();
        }
        try {
            Tokens fresh = requests.refresh(old);
            boolean replaced = await(parts.store().replace(key, version, sealed(key, fresh)));
            return replaced ? Optional.of(new Token(fresh.access(), version + 1)) : Optional.empty();
        } catch (SignInFailure e) {
            if (!e.isRejected()) throw e;
            log.atInfo()
                    .addKeyValue("user", key.user())
                    .addKeyValue("server", key.server())
                    .log("a sign-in to an MCP server is not accepted any more");
            await(parts.store().drop(key, version));
            return Optional.empty();
        }
    }

    private Optional<Stored> stored(Key key) throws Exception {
        return await(parts.store().find(key));
    }

    /** Empty if the key with which it was sealed is gone. */
    private Optional<Tokens> opened(Key key, Stored stored) {
        return parts.secrets()
                .box()
                .flatMap(box -> box.open(stored.secret(), new SecretPlace(PURPOSE, key.id())))
                .map(plain -> read(plain, Tokens.class));
    }

    private byte[] sealed(Key key, Tokens tokens) throws SignInFailure {
        return box().seal(bytes(tokens), new SecretPlace(PURPOSE, key.id()));
    }

    private SecretBox box() throws SignInFailure {
        return parts.secrets().box().orElseThrow(() -> SignInFailure.of("The server cannot store secrets."));
    }

    // --- helpers

    private static <T> CompletableFuture<T> apart(String what, Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofVirtual().name("mcp sign-in " + what).start(() -> {
            try {
                done.complete(work.call());
            } catch (IllegalArgumentException e) {
                done.completeExceptionally(
                        SignInFailure.of("The MCP server describes its sign-in in a way that cannot be used.", e));
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private static <T> T await(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static byte[] bytes(Object value) {
        return Json.text(value).getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T read(byte[] plain, Class<T> type) {
        return Json.parse(new String(plain, StandardCharsets.UTF_8), type);
    }

    private static String random() {
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return base64(bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** RFC 7636: S256. */
    private static String challenge(String verifier) {
        try {
            return base64(MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
