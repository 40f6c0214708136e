package io.reprise.webhook;

import io.reprise.config.hook.WebhookSettings;
import io.reprise.outgoing.OutgoingGuard;
import io.reprise.secret.PeerSecrets;
import io.reprise.secret.Secrets;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The webhooks of people: makes their secrets, and checks their addresses. */
public final class Webhooks {
    /** Of their sealed secrets. */
    public static final String PURPOSE = "webhook";

    private final WebhookStore store;
    private final Secrets secrets;
    private final OutgoingGuard guard;
    private final Current<WebhookSettings> settings;
    private final IdSource ids;
    private final WallClock time;

    public Webhooks(
            WebhookStore store,
            Secrets secrets,
            OutgoingGuard guard,
            Current<WebhookSettings> settings,
            IdSource ids,
            WallClock time) {
        this.store = store;
        this.secrets = secrets;
        this.guard = guard;
        this.settings = settings;
        this.ids = ids;
        this.time = time;
    }

    public WebhookSettings settings() {
        return settings.get();
    }

    public WebhookStore store() {
        return store;
    }

    /** Why there are none: a sentence for people; empty if there can be some. */
    public Optional<String> reasonOff() {
        return secrets.reason();
    }

    /** Why an address cannot be called, as far as that is known before its host is looked up. */
    public Optional<String> fault(String url) {
        return guard.fault(url);
    }

    /** A webhook with its secret, which is not shown again. */
    public record WithSecret(Webhook webhook, String secret) {}

    /** Empty if the user has as many as are allowed. */
    public Future<Optional<WithSecret>> create(String user, String name, String url, List<String> events) {
        String id = ids.next("wh_");
        PeerSecrets.Made made = peers().make(id);
        return store.add(
                        new WebhookStore.NewWebhook(id, user, name, url, events, made.sealed()),
                        settings.get().perUserMax())
                .map(added -> added
                        ? Optional.of(new WithSecret(
                                new Webhook(id, user, name, url, events, made.sealed(), true, 0, false, time.nowMs()),
                                made.text()))
                        : Optional.empty());
    }

    /** A new secret in place of the old one; empty if there is no such webhook of this user. */
    public Future<Optional<WithSecret>> renewSecret(String user, String webhook) {
        PeerSecrets.Made made = peers().make(webhook);
        return store.change(user, webhook, new WebhookStore.Change(null, null, null, null, made.sealed()))
                .map(changed -> changed.map(found -> new WithSecret(found, made.text())));
    }

    /** The id of a delivery that is sent soon; empty if there is no such webhook of this user. */
    public Future<Optional<String>> ping(String user, String webhook) {
        String delivery = ids.next("wd_");
        return store.ping(user, webhook, delivery).map(recorded -> recorded ? Optional.of(delivery) : Optional.empty());
    }

    /** The secret that signs; empty if the key is gone with which it was sealed. */
    Optional<String> secret(Webhook webhook) {
        return secrets.box().isEmpty() ? Optional.empty() : peers().open(webhook.id(), webhook.secret());
    }

    public boolean hasSecret(Webhook webhook) {
        return secret(webhook).isPresent();
    }

    private PeerSecrets peers() {
        return new PeerSecrets(secrets.box().orElseThrow(IllegalStateException::new), PURPOSE);
    }
}
