package io.reprise.timer;

import io.reprise.config.RecallSettings;
import io.reprise.config.Settings;
import io.reprise.message.Addresses;
import io.reprise.message.Delivery;
import io.reprise.message.NodeMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.Sharding;
import io.reprise.support.Stopwatch;
import io.reprise.timer.DueStore.Due;
import io.reprise.timer.DueStore.Look;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sleeps until the next recall is due and tells its session. It changes nothing: a recall stays due until its session has
 * acted upon it, so whatever gets lost on the way is found by the next look.
 */
public final class TimerVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(TimerVerticle.class);

    /** When more are due than are told at once, the next ones follow after so long. */
    private static final long NEXT_BATCH_MS = 50;

    private final DueStore store;
    private final RecallSettings settings;
    private final Sharding sharding;
    private final String address;
    private final Map<Integer, Long> owners = new HashMap<>();
    private final Stopwatch clock = Stopwatch.started();
    private final FiredLately lately;

    /** Where a look that found too much goes on, or null. */
    private Due after;

    /** What was passed over because nobody owned its shard is looked at again. */
    private boolean fromStart;

    private boolean looking;
    private boolean lookAgain;
    private boolean away;
    private long alarm = -1;

    public TimerVerticle(Settings settings, DueStore store, String node) {
        this.store = store;
        this.settings = settings.recalls();
        this.sharding = new Sharding(settings.sessions().shards());
        this.address = Addresses.timer(node);
        this.lately = new FiredLately(this.settings.pollMs() / 2);
    }

    @Override
    public Future<?> start() {
        MessageConsumer<Delivery> own = vertx.eventBus().consumer(address, said -> learn(said.body()));
        MessageConsumer<Delivery> news = vertx.eventBus().consumer(Addresses.SHARD_NEWS, said -> learn(said.body()));
        return Future.all(own.completion(), news.completion()).onSuccess(listening -> {
            askForOwners();
            store.watch(() -> context.runOnContext(woken -> look()));
            vertx.setPeriodic(settings.pollMs(), poll -> {
                if (owners.size() < sharding.shards()) askForOwners();
                look();
            });
            look();
        });
    }

    @Override
    public Future<?> stop() {
        return store.close();
    }

    private void askForOwners() {
        vertx.eventBus().publish(Addresses.SHARD_OWNERS, new NodeMessage.WhoOwns(address));
    }

    /** A higher number is news, a lower one is late. What is due in a shard that was nobody's is told now. */
    private void learn(Delivery said) {
        if (!(said instanceof Delivery.ShardOwned owned)) return;
        Long before = owners.get(owned.shard());
        if (before != null && before >= owned.owner()) return;
        owners.put(owned.shard(), owned.owner());
        fromStart = true;
        look();
    }

    /** One look at a time; what happens meanwhile is seen by the next. */
    private void look() {
        if (looking) {
            lookAgain = true;
            return;
        }
        looking = true;
        if (fromStart) after = null;
        fromStart = false;
        store.look(after, settings.batch()).onComplete(this::found, this::notFound);
    }

    private void found(Look look) {
        if (away) log.atInfo().log("due recalls are looked for again");
        away = false;
        look.due().forEach(this::fire);
        boolean more = look.due().size() >= settings.batch();
        after = more ? look.due().getLast() : null;
        if (more) wakeIn(NEXT_BATCH_MS);
        else if (look.nextInMs() >= 0) wakeIn(look.nextInMs());
        looked();
    }

    private void notFound(Throwable cause) {
        if (!away) log.atWarn().addKeyValue("cause", cause.toString()).log("due recalls cannot be looked for");
        away = true;
        looked();
    }

    private void looked() {
        looking = false;
        if (!lookAgain) return;
        lookAgain = false;
        look();
    }

    private void fire(Due due) {
        int shard = sharding.shardOf(due.session());
        Long owner = owners.get(shard);
        if (owner == null || !lately.tell(due, clock.ms())) return;
        vertx.eventBus()
                .send(
                        Addresses.shard(shard, owner),
                        new ShardMessage.Fire(due.session(), due.recall(), due.triggerAtMs()));
    }

    /** The poll comes anyway: a later alarm is not needed. */
    private void wakeIn(long ms) {
        vertx.cancelTimer(alarm);
        if (ms < settings.pollMs()) alarm = vertx.setTimer(Math.max(1, ms), rings -> look());
    }
}
