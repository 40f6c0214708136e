package io.reprise.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.LifecycleEvent;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The nodes and addresses of the event bus in Hazelcast. When a cut of the network ends, Hazelcast can lose what a node has
 * registered: a node that finds another one gone removes its addresses, also when it has just come back, and what is
 * registered at that moment can fail. Nothing would bring them back, so each node looks for its own again and again.
 */
final class LastingManager extends HazelcastClusterManager {
    /** A node that comes back tells its addresses while the others already look for them. */
    private static final int LOOKS_UNTIL_SETTLED = 2;

    private final OwnAddresses own = new OwnAddresses();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicInteger unsettled = new AtomicInteger();
    private volatile Runnable stop = () -> {};
    private volatile OthersAddresses others = new OthersAddresses(new RegistrationListener() {});

    LastingManager(Config config) {
        super(config);
    }

    /**
     * Registers again what other nodes do not know of this one any more, and after nodes have come or gone, forgets what this
     * one knows of their addresses. Does nothing while an earlier look is not over.
     *
     * @return how much was registered again; fails while Hazelcast does not answer
     */
    Future<Integer> look() {
        if (!looking.compareAndSet(false, true)) return Future.succeededFuture(0);
        if (unsettled.getAndUpdate(left -> Math.max(0, left - 1)) > 0) others.forget();
        return lookForSelf()
                .compose(again -> lookFor(own.addresses().iterator(), again))
                .onComplete(looked -> looking.set(false));
    }

    /**
     * Looks again and again until the node leaves. Vert.x would keep the timer, and with it this manager, for as long as the process
     * lives.
     *
     * @param vertx that has joined with this manager
     * @param look told the id of the timer
     * @return the id of the timer
     */
    long lookEvery(Vertx vertx, long lookMs, Handler<Long> look) {
        long timer = vertx.setPeriodic(lookMs, look);
        stop = () -> vertx.cancelTimer(timer);
        return timer;
    }

    @Override
    public void leave(Completable<Void> promise) {
        stop.run();
        super.leave(promise);
    }

    /** Other nodes connect to the address that is stored here. */
    private Future<Integer> lookForSelf() {
        Promise<NodeInfo> self = Promise.promise();
        getNodeInfo(getNodeId(), self);
        return self.future().map(0).recover(unknown -> {
            Promise<Void> told = Promise.promise();
            setNodeInfo(getNodeInfo(), told);
            return told.future().map(1);
        });
    }

    /** One after the other, so that a Hazelcast that does not answer keeps one thread waiting and not many. */
    private Future<Integer> lookFor(Iterator<String> addresses, int again) {
        if (!addresses.hasNext()) return Future.succeededFuture(again);
        return lookFor(addresses.next()).compose(more -> lookFor(addresses, again + more));
    }

    private Future<Integer> lookFor(String address) {
        Promise<List<RegistrationInfo>> known = Promise.promise();
        super.getRegistrations(address, known);
        return known.future().compose(found -> {
            List<RegistrationInfo> missing = own.missing(address, found);
            return Future.join(missing.stream()
                            .map(listener -> registerAgain(address, listener))
                            .toList())
                    .map(missing.size());
        });
    }

    private Future<Void> registerAgain(String address, RegistrationInfo listener) {
        Promise<Void> told = Promise.promise();
        super.addRegistration(address, listener, told);
        // It may have ended meanwhile.
        return told.future().onSuccess(again -> {
            if (!own.has(address, listener)) super.removeRegistration(address, listener, Promise.promise());
        });
    }

    @Override
    public void addRegistration(String address, RegistrationInfo listener, Completable<Void> promise) {
        if (listener.localOnly()) {
            super.addRegistration(address, listener, promise);
            return;
        }
        own.add(address, listener);
        super.addRegistration(address, listener, (done, failure) -> {
            own.told(address, listener);
            promise.complete(done, failure);
        });
    }

    @Override
    public void removeRegistration(String address, RegistrationInfo listener, Completable<Void> promise) {
        own.remove(address, listener);
        super.removeRegistration(address, listener, promise);
    }

    @Override
    public void registrationListener(RegistrationListener listener) {
        others = new OthersAddresses(listener);
        super.registrationListener(others);
    }

    @Override
    public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
        others.ask(address);
        super.getRegistrations(address, promise);
    }

    @Override
    public synchronized void memberAdded(MembershipEvent event) {
        super.memberAdded(event);
        unsettled.set(LOOKS_UNTIL_SETTLED);
    }

    @Override
    public synchronized void memberRemoved(MembershipEvent event) {
        super.memberRemoved(event);
        unsettled.set(LOOKS_UNTIL_SETTLED);
    }

    @Override
    public synchronized void stateChanged(LifecycleEvent event) {
        super.stateChanged(event);
        unsettled.set(LOOKS_UNTIL_SETTLED);
    }
}
