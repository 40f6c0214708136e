package io.reprise.mcp.signin;

import io.reprise.account.McpSignInStore.Key;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.signin.McpSignIns.Token;
import io.reprise.mcp.signin.SealedSignIns.Kept;
import io.reprise.support.Current;
import io.reprise.support.Stopwatch;
import io.reprise.support.WallClock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tokens to send, renewed shortly before they end; one renewal at a time for each user and server. Thread-safe. */
final class TokenSupply {
    private static final Logger log = LoggerFactory.getLogger(TokenSupply.class);

    private static final int AGAIN_MS = 50;

    private final SealedSignIns stored;
    private final TokenRequests requests;
    private final Current<McpSettings.People> limits;
    private final WallClock time;
    private final Map<Key, CompletableFuture<Optional<Token>>> underWay = new ConcurrentHashMap<>();

    TokenSupply(SealedSignIns stored, TokenRequests requests, Current<McpSettings.People> limits, WallClock time) {
        this.stored = stored;
        this.requests = requests;
        this.limits = limits;
        this.time = time;
    }

    /**
     * The token of a user; empty if there is none, or it cannot be renewed.
     *
     * @param url where it would be sent to
     * @param refused the version that the server does not accept; -1 for none
     */
    CompletableFuture<Optional<Token>> token(Key key, String url, long refused) {
        CompletableFuture<Optional<Token>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<Token>> other = underWay.putIfAbsent(key, mine);
        if (other != null) return other;
        Apart.run("token", () -> current(key, url, refused)).whenComplete((token, failure) -> {
            underWay.remove(key, mine);
            if (failure == null) mine.complete(token);
            else mine.completeExceptionally(failure);
        });
        return mine;
    }

    private Optional<Token> current(Key key, String url, long refused) throws Exception {
        Optional<Kept> found = stored.tokens(key);
        if (found.isEmpty() || !found.get().tokens().url().equals(url)) return Optional.empty();
        Tokens tokens = found.get().tokens();
        long version = found.get().version();
        boolean lasts = tokens.endsMs() == 0 || tokens.endsMs() - limits.get().renewBeforeMs() > time.nowMs();
        if (version != refused && lasts) return Optional.of(new Token(tokens.access(), version));
        return renewed(key, tokens, version);
    }

    private Optional<Token> renewed(Key key, Tokens old, long version) throws Exception {
        if (old.refresh() == null) {
            stored.drop(key, version);
            return Optional.empty();
        }
        try {
            Tokens fresh = requests.refresh(old);
            boolean replaced = stored.replace(key, version, fresh);
            return replaced ? Optional.of(new Token(fresh.access(), version + 1)) : newer(key, old.url(), version);
        } catch (SignInFailure e) {
            if (!e.isRejected()) throw e;
            // Another node may have been faster; the authorization server accepts a refresh token once.
            Optional<Token> newer = awaitNewer(key, old.url(), version);
            if (newer.isPresent()) return newer;
            log.atInfo()
                    .addKeyValue("user", key.user())
                    .addKeyValue("server", key.server())
                    .log("a sign-in to an MCP server is not accepted any more");
            stored.drop(key, version);
            return Optional.empty();
        }
    }

    /** What another node has got may not be stored yet: without this wait, a person would be asked to sign in for nothing. */
    private Optional<Token> awaitNewer(Key key, String url, long version) throws Exception {
        Stopwatch watch = Stopwatch.started();
        Optional<Token> newer = newer(key, url, version);
        while (newer.isEmpty() && watch.ms() < limits.get().renewedElsewhereMs()) {
            TimeUnit.MILLISECONDS.sleep(AGAIN_MS);
            newer = newer(key, url, version);
        }
        return newer;
    }

    /** What has replaced this version meanwhile. */
    private Optional<Token> newer(Key key, String url, long version) throws Exception {
        return stored.tokens(key)
                .filter(kept -> kept.version() != version && kept.tokens().url().equals(url))
                .map(kept -> new Token(kept.tokens().access(), kept.version()));
    }
}
