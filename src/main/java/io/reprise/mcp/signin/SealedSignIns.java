package io.reprise.mcp.signin;

import io.reprise.account.McpSignInStore;
import io.reprise.account.McpSignInStore.Begun;
import io.reprise.account.McpSignInStore.Key;
import io.reprise.message.Json;
import io.reprise.secret.SecretBox;
import io.reprise.secret.SecretPlace;
import io.reprise.secret.Secrets;
import io.reprise.support.Digest;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Sign-ins as they are stored: sealed, each readable only in its own place. Blocks; exceptions other than {@link SignInFailure}
 * mean that the store is unavailable.
 */
final class SealedSignIns {
    private static final String ATTEMPT_PURPOSE = "mcp-attempt";

    private final McpSignInStore store;
    private final Secrets secrets;

    SealedSignIns(McpSignInStore store, Secrets secrets) {
        this.store = store;
        this.secrets = secrets;
    }

    /** @param version changes with each change of the tokens */
    record Kept(Tokens tokens, long version) {}

    /** @param key whose sign-in it is */
    record Taken(Key key, Attempt attempt) {}

    static Key key(String user, String server) {
        return new Key(Digest.of("mcp sign-in", user, server), user, server);
    }

    void begin(Key key, String state, Attempt attempt, long lifeMs) throws Exception {
        byte[] sealed = box().seal(bytes(attempt), new SecretPlace(ATTEMPT_PURPOSE, key.id()));
        await(store.begin(key, Digest.of(state), sealed, lifeMs));
    }

    /** The sign-in with this state, once; empty if there is none, or its key is gone. */
    Optional<Taken> take(String state) throws Exception {
        Optional<Begun> begun = await(store.take(Digest.of(state)));
        if (begun.isEmpty()) return Optional.empty();
        Key key = begun.get().key();
        return box().open(begun.get().attempt(), new SecretPlace(ATTEMPT_PURPOSE, key.id()))
                .map(plain -> new Taken(key, read(plain, Attempt.class)));
    }

    /** Empty if there are none, or the key with which they were sealed is gone. */
    Optional<Kept> tokens(Key key) throws Exception {
        return await(store.find(key))
                .flatMap(stored -> secrets.box()
                        .flatMap(box -> box.open(stored.secret(), new SecretPlace(McpSignIns.PURPOSE, key.id())))
                        .map(plain -> new Kept(read(plain, Tokens.class), stored.version())));
    }

    void keep(Key key, Tokens tokens) throws Exception {
        await(store.keep(key, sealed(key, tokens)));
    }

    /** Replaces tokens of this version; false if they have changed or are gone. */
    boolean replace(Key key, long version, Tokens tokens) throws Exception {
        return await(store.replace(key, version, sealed(key, tokens)));
    }

    /** Removes tokens of this version. */
    void drop(Key key, long version) throws Exception {
        await(store.drop(key, version));
    }

    /** False if there is no sign-in. */
    boolean remove(Key key) throws Exception {
        return await(store.remove(key));
    }

    private byte[] sealed(Key key, Tokens tokens) throws SignInFailure {
        return box().seal(bytes(tokens), new SecretPlace(McpSignIns.PURPOSE, key.id()));
    }

    private SecretBox box() throws SignInFailure {
        return secrets.box().orElseThrow(() -> SignInFailure.of("The server cannot store secrets."));
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
}
