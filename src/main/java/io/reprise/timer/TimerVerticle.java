package io.reprise.timer;

import io.reprise.config.RecallSettings;
import io.reprise.config.Settings;
import io.reprise.message.Delivery;
import io.reprise.message.NodeMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.NodeBus;
import io.reprise.message.bus.Sharding;
import io.reprise.support.Current;
import io.reprise.support.Stopwatch;
import io.reprise.timer.DueStore.Due;
import io.reprise.timer.DueStore.Expired;
import io.reprise.timer.DueStore.Look;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sleeps until the next recall is due or the next interrupt expires in the shards that its node owns, and tells its
 * session. It changes nothing: an
 * item stays due until its session has acted on it, so a lost message is repeated by the next poll.
 */
public final class TimerVerticle extends VerticleBase {
    private final DueStore store;
    private final Current<RecallSettings> settings;
    private final Sharding sharding;
    private final String node;
    private final boolean clustered;
    private final String address;
    private final Map<Integer, Long> owners = new HashMap<>();

    /** The shards that this node owns: only what belongs to them is polled for. */
    private final Set<Integer> own = new TreeSet<>();

    private final Stopwatch clock = Stopwatch.started();
    private final RecentlySent lately;

    private DuePoller<Due> recalls;
    private DuePoller<Expired> interrupts;

    public TimerVerticle(Current<Settings> current, DueStore store, String node) {
        this.store = store;
        this.settings = current.map(Settings::recalls);
        this.sharding = new Sharding(current.get().sessions().shards());
        this.node = node;
        this.clustered = current.get().cluster().enabled();
        this.address = Addresses.timer(node);
        this.lately = new RecentlySent(settings.map(recalls -> recalls.pollMs() / 2));
    }

    @Override
    public Future<?> start() {
        Current<DuePoller.Limits> limits =
                settings.map(now -> new DuePoller.Limits(now.batch(), now.pollMs(), now.pauseMs()));
        recalls = new DuePoller<>(vertx, limits, "recalls", this::recalls, due -> tell(fire(due)));
        interrupts = new DuePoller<>(
                vertx,
                limits,
                "interrupts",
                this::expired,
                expired -> tell(new ShardMessage.ExpireInterrupts(expired.session())));
        MessageConsumer<Delivery> own = vertx.eventBus().consumer(address, said -> learn(said.body()));
        MessageConsumer<Delivery> news = vertx.eventBus().consumer(Addresses.SHARD_NEWS, said -> learn(said.body()));
        return Future.all(own.completion(), news.completion()).onSuccess(listening -> {
            askForOwners();
            store.watch(() -> context.runOnContext(woken -> recalls.look()));
            poll();
            look();
        });
    }

    @Override
    public Future<?> stop() {
        return store.close();
    }

    /** Polls periodically, so that items are found even if a wake-up was lost. */
    private void poll() {
        vertx.setTimer(settings.get().pollMs(), over -> {
            if (clustered || owners.size() < sharding.shards()) askForOwners();
            look();
            poll();
        });
    }

    private void askForOwners() {
        vertx.eventBus().publish(Addresses.SHARD_OWNERS, new NodeMessage.WhoOwns(address));
    }

    /**
     * Learns the owner of a shard. A smaller owner number is outdated and ignored. A shard that this node has taken is
     * polled from the first item.
     */
    private void learn(Delivery said) {
        if (!(said instanceof Delivery.ShardOwned owned)) return;
        Long before = owners.get(owned.shard());
        if (before != null && before >= owned.owner()) return;
        owners.put(owned.shard(), owned.owner());
        if (!node.equals(owned.node())) {
            own.remove(owned.shard());
            return;
        }
        own.add(owned.shard());
        recalls.lookFromStart();
        interrupts.lookFromStart();
    }

    private Future<Look<Due>> recalls(Due after, int limit) {
        return own.isEmpty() ? nothing() : store.look(List.copyOf(own), after, limit);
    }

    private Future<Look<Expired>> expired(Expired after, int limit) {
        return own.isEmpty() ? nothing() : store.expired(List.copyOf(own), after, limit);
    }

    private static <T> Future<Look<T>> nothing() {
        return Future.succeededFuture(new Look<>(List.of(), -1));
    }

    private void look() {
        recalls.look();
        interrupts.look();
    }

    private static ShardMessage.Fire fire(Due due) {
        return new ShardMessage.Fire(due.session(), due.recall(), due.triggerAtMs());
    }

    /** Tells the session. One message covers all its expired interrupts. */
    private void tell(ShardMessage.ToSession due) {
        int shard = sharding.shardOf(due.session());
        Long owner = owners.get(shard);
        if (owner == null || !lately.tell(due, clock.ms())) return;
        NodeBus.of(vertx).send(Addresses.shard(shard, owner), due);
    }
}
