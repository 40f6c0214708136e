package io.reprise.hook;

import io.reprise.config.hook.HookSettings;
import io.reprise.secret.BodySignature;
import io.reprise.secret.PeerSecrets;
import io.reprise.secret.Secrets;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** The hooks of a node: makes their secrets, and judges calls. */
public final class Hooks {
    /** Of their sealed secrets. */
    public static final String PURPOSE = "hook";

    private static final Pattern ID = Pattern.compile("hk_[A-Za-z0-9_-]{1,61}");
    private static final Pattern DELIVERY = Pattern.compile("[\\x21-\\x7e]{1,128}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,15}");

    /** A larger number counts milliseconds: as seconds it would be after the year 5000. */
    private static final long SECONDS_MAX = 100_000_000_000L;

    /** Signs for hooks that do not exist, so that they take as long as the others. */
    private static final String NO_SECRET = "rps_of-no-hook-of-this-server-0000000000000000";

    private final HookStore store;
    private final Secrets secrets;
    private final Current<HookSettings> settings;
    private final IdSource ids;
    private final WallClock time;

    public Hooks(HookStore store, Secrets secrets, Current<HookSettings> settings, IdSource ids, WallClock time) {
        this.store = store;
        this.secrets = secrets;
        this.settings = settings;
        this.ids = ids;
        this.time = time;
    }

    public HookStore store() {
        return store;
    }

    public HookSettings settings() {
        return settings.get();
    }

    /** Why there are none: a sentence for people; empty if there can be some. */
    public Optional<String> reasonOff() {
        return secrets.reason();
    }

    /** A hook with its secret, which is not shown again. */
    public record WithSecret(Hook hook, String secret) {}

    /** What became of a wish for a hook. */
    public sealed interface Creation {
        record Created(WithSecret made) implements Creation {}

        record Refused(HookStore.Added reason) implements Creation {}
    }

    /** @throws IllegalStateException if there can be none */
    public Future<Creation> create(String user, String session, String name, String template) {
        String id = ids.next("hk_");
        PeerSecrets.Made made = peers().make(id);
        return store.add(
                        new HookStore.NewHook(id, user, session, name, template, made.sealed()),
                        settings.get().perUserMax())
                .map(added -> added == HookStore.Added.ADDED
                        ? new Creation.Created(new WithSecret(
                                new Hook(id, user, session, name, template, made.sealed(), true, time.nowMs(), null),
                                made.text()))
                        : new Creation.Refused(added));
    }

    /** A new secret in place of the old one, which does not count any more; empty if there is no such hook of this user. */
    public Future<Optional<WithSecret>> renewSecret(String user, String hook) {
        PeerSecrets.Made made = peers().make(hook);
        return store.change(user, hook, new HookStore.Change(null, null, null, made.sealed()))
                .map(changed -> changed.map(found -> new WithSecret(found, made.text())));
    }

    /** Whether its calls can be checked. They cannot if the key is gone with which its secret was sealed. */
    public boolean hasSecret(Hook hook) {
        return secrets.box().isPresent()
                && peers().open(hook.id(), hook.secret()).isPresent();
    }

    private PeerSecrets peers() {
        return new PeerSecrets(secrets.box().orElseThrow(IllegalStateException::new), PURPOSE);
    }

    // --- calls

    /** A call; headers that are absent are null. */
    public record Call(String hook, String timestamp, String signature, String delivery, byte[] body) {}

    /** What a call is. */
    public sealed interface Verdict {
        /**
         * Signed by who has the secret of the hook, at about this time.
         *
         * @param signature in one spelling
         */
        record Good(Hook hook, String delivery, String signature) implements Verdict {}

        /** No hook of this server has signed it, or there is no such hook: nobody is told which. */
        record Unknown() implements Verdict {}

        /** Signed rightly, but long ago or far in the future. */
        record Late() implements Verdict {}

        /** Signed rightly, without an id of the delivery that can be used. */
        record Unnamed() implements Verdict {}

        /** Signed rightly, but the hook is switched off. */
        record Disabled() implements Verdict {}
    }

    /** Fails if the store is unavailable. */
    public Future<Verdict> judge(Call call) {
        if (!ID.matcher(call.hook()).matches()) return Future.succeededFuture(judged(call, Optional.empty()));
        return store.find(call.hook()).map(found -> judged(call, found));
    }

    private Verdict judged(Call call, Optional<Hook> found) {
        Optional<String> secret = found.flatMap(hook -> peers().open(hook.id(), hook.secret()));
        String timestamp = call.timestamp() == null ? "" : call.timestamp().strip();
        String signature = call.signature() == null ? "" : call.signature();
        boolean matches = BodySignature.matches(secret.orElse(NO_SECRET), timestamp, call.body(), signature);
        if (secret.isEmpty() || !matches) return new Verdict.Unknown();
        if (!isNear(timestamp)) return new Verdict.Late();
        if (!found.get().enabled()) return new Verdict.Disabled();
        String delivery = call.delivery() == null ? "" : call.delivery().strip();
        if (!DELIVERY.matcher(delivery).matches()) return new Verdict.Unnamed();
        return new Verdict.Good(
                found.get(), delivery, BodySignature.plain(signature).orElseThrow());
    }

    private boolean isNear(String timestamp) {
        if (!SECONDS.matcher(timestamp).matches()) return false;
        long number = Long.parseLong(timestamp);
        long atMs = number < SECONDS_MAX ? number * 1_000 : number;
        return Math.abs(time.nowMs() - atMs) <= settings.get().toleranceMs();
    }

    /** The message that a call becomes. */
    public static String text(Hook hook, byte[] body) {
        return HookTemplate.filled(hook.template(), hook.name(), new String(body, StandardCharsets.UTF_8));
    }
}
