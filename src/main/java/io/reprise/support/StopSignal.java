package io.reprise.support;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Stops a run. Created with the run, and passed to everything that works or waits for it. Thread-safe. */
public final class StopSignal {
    private final AtomicReference<Reason> reason = new AtomicReference<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Map<Registration, Runnable> listeners = new ConcurrentHashMap<>();
    private final Registration atParent;

    public StopSignal() {
        atParent = null;
    }

    private StopSignal(StopSignal parent) {
        atParent = parent.onStop(() -> stop(parent.reason()));
    }

    /** The reason for a stop. */
    public enum Reason {
        /** A user requested it. */
        USER,
        /** The run, or the call that this signal belongs to, exceeded its time limit. */
        TIME_LIMIT,
        /** Nothing needs the result any more. */
        DISOWNED,
        /** The server is shutting down. */
        SHUTDOWN
    }

    /** A registered listener. Remove it when its work has ended. */
    public final class Registration {
        private Registration() {}

        public void remove() {
            listeners.remove(this);
        }
    }

    /** Thrown when work cannot continue because it was stopped. */
    public static final class StoppedException extends RuntimeException {
        public StoppedException() {
            super("stopped", null, false, false);
        }
    }

    /**
     * Stops. Only the first call has an effect; it runs the listeners on the caller's thread.
     *
     * @return whether this was the first call
     */
    public boolean stop(Reason why) {
        if (!reason.compareAndSet(null, why)) return false;
        stopped.countDown();
        RuntimeException failed = null;
        for (Registration listener : listeners.keySet()) {
            try {
                runOnce(listener);
            } catch (RuntimeException e) {
                if (failed == null) failed = e;
                else failed.addSuppressed(e);
            }
        }
        if (failed != null) throw failed;
        return true;
    }

    public boolean isStopped() {
        return reason.get() != null;
    }

    /** The reason of the stop; null before the stop. */
    public Reason reason() {
        return reason.get();
    }

    public void throwIfStopped() {
        if (isStopped()) throw new StoppedException();
    }

    /**
     * Runs {@code action}, which must not block, exactly once at the stop; immediately if it has already been stopped.
     */
    public Registration onStop(Runnable action) {
        Registration registration = new Registration();
        listeners.put(registration, action);
        if (isStopped()) runOnce(registration);
        return registration;
    }

    /**
     * A signal that stops together with this one, and can also be stopped alone. Call {@link #detach} when its work has
     * ended.
     */
    public StopSignal child() {
        return new StopSignal(this);
    }

    /** Detaches this signal from its parent. */
    public void detach() {
        if (atParent != null) atParent.remove();
    }

    /**
     * Waits for the stop.
     *
     * @return false if the time passed, true if the stop came first
     */
    public boolean await(long nanos) throws InterruptedException {
        return stopped.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Waits for the stop. */
    public void await() throws InterruptedException {
        stopped.await();
    }

    /**
     * Sleeps for the whole time.
     *
     * @throws StoppedException at the stop
     */
    public void sleep(long nanos) throws InterruptedException {
        if (await(nanos)) throw new StoppedException();
    }

    /**
     * Runs a listener once. The stop and the registration may both try to run it; the one that removes it from the list
     * does.
     */
    private void runOnce(Registration registration) {
        Runnable action = listeners.remove(registration);
        if (action != null) action.run();
    }
}
