package io.reprise.push;

import io.reprise.config.hook.PushSettings;
import io.reprise.outgoing.OutgoingGuard;
import io.reprise.push.PushStore.NewDevice;
import io.reprise.push.PushStore.SignedIn;
import io.reprise.secret.SecretBox;
import io.reprise.secret.SecretPlace;
import io.reprise.secret.Secrets;
import io.reprise.support.Current;
import io.reprise.support.Digest;
import io.reprise.support.IdSource;
import io.vertx.core.Future;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The browsers of people that receive messages, and the key of the server by which push services know it. */
public final class Pushes {
    /** Of the sealed {@link PushTarget}s. */
    public static final String PURPOSE = "push";

    /** Of the sealed {@link VapidKey}. */
    public static final String KEY_PURPOSE = "push-key";

    /** The id of its row. */
    public static final String KEY_ID = "vapid";

    private static final Logger log = LoggerFactory.getLogger(Pushes.class);
    private static final SecretPlace KEY_PLACE = new SecretPlace(KEY_PURPOSE, KEY_ID);

    private final PushStore store;
    private final Secrets secrets;
    private final OutgoingGuard guard;
    private final Current<PushSettings> settings;
    private final IdSource ids;
    private volatile VapidKey key;

    public Pushes(PushStore store, Secrets secrets, OutgoingGuard guard, Current<PushSettings> settings, IdSource ids) {
        this.store = store;
        this.secrets = secrets;
        this.guard = guard;
        this.settings = settings;
        this.ids = ids;
    }

    /** Reads the key of the server; makes it when it is needed first, or when the key of stored secrets was lost. */
    public Future<Void> open() {
        if (secrets.box().isEmpty()) return Future.succeededFuture();
        SecretBox box = secrets.box().get();
        VapidKey fresh = VapidKey.fresh();
        return store.key(box.seal(fresh.bytes(), KEY_PLACE)).compose(stored -> {
            Optional<byte[]> known = box.open(stored, KEY_PLACE);
            if (known.isPresent()) {
                key = VapidKey.of(known.get());
                return Future.succeededFuture();
            }
            log.warn(
                    "the key for push services was sealed with a key that secrets.key does not hold; made another one");
            key = fresh;
            return store.replaceKey(box.seal(fresh.bytes(), KEY_PLACE));
        });
    }

    public PushSettings settings() {
        return settings.get();
    }

    public PushStore store() {
        return store;
    }

    /** Whether secrets can be stored; only then can push be on. */
    boolean canBeOn() {
        return secrets.box().isPresent();
    }

    /** Why nobody is told anything: a sentence for people; empty if people are. */
    public Optional<String> reasonOff() {
        if (!settings.get().enabled()) {
            return Optional.of("The operator of this server has switched push notifications off: push.enabled.");
        }
        return secrets.reason();
    }

    /** The public key, which browsers subscribe with; only while there is no {@link #reasonOff}. */
    public String publicKey() {
        return key.publicText();
    }

    /** Why an endpoint cannot be called, as far as that is known before its host is looked up. */
    public Optional<String> fault(String endpoint) {
        return guard.fault(endpoint);
    }

    /**
     * A browser as its page describes it.
     *
     * @param titles whether it is told the titles of chats
     */
    public record Described(String name, PushTarget target, boolean titles) {}

    /** The browser, which has the same id each time; empty if the user has as many as are allowed. */
    public Future<Optional<PushDevice>> add(String user, Described described, SignedIn signedIn) {
        PushTarget target = described.target();
        String id = "pd_" + Digest.of(user, target.endpoint());
        byte[] secret = secrets.box().orElseThrow().seal(target.bytes(), new SecretPlace(PURPOSE, id));
        String service = String.valueOf(URI.create(target.endpoint()).getHost());
        NewDevice device = new NewDevice(
                id, user, Digest.of(target.endpoint()), described.name(), service, secret, described.titles());
        return store.add(device, signedIn, settings.get().perUserMax());
    }

    /** Whether a message will be sent soon; false if there is no such browser of this user. */
    public Future<Boolean> test(String user, String device) {
        return store.test(user, device, ids.next("pm_"));
    }

    /** Empty if the key is gone with which it was sealed. */
    Optional<PushTarget> target(PushDevice device) {
        return secrets.box()
                .flatMap(box -> box.open(device.secret(), new SecretPlace(PURPOSE, device.id())))
                .map(PushTarget::of);
    }

    String authorization(String endpoint, String contact, long nowMs) {
        return key.authorization(endpoint, contact, nowMs);
    }

    /** Those of a user. */
    public Future<List<PushDevice>> list(String user) {
        return store.list(user);
    }
}
