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

    /** Why a run is to stop. */
    public enum Reason {
        /** A user asked for it. */
        USER,
        /** It, or the one call that this signal is for, took too long. */
        TIME_LIMIT,
        /** Nobody waits for it any more. */
        DISOWNED,
        /** The server shuts down. */
        SHUTDOWN
    }

    /** A registration of a listener, to remove it when its work is done. */
    public final class Registration {
        private Registration() {}

        public void remove() {
            listeners.remove(this);
        }
    }

    /** Thrown where work cannot go on because it was stopped. */
    public static final class StoppedException extends RuntimeException {
        public StoppedException() {
            super("stopped", null, false, false);
        }
    }

    /**
     * Stops, once: only the first call has an effect. The listeners run on the caller's thread.
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

    /** Null while nothing was stopped. */
    public Reason reason() {
        return reason.get();
    }

    public void throwIfStopped() {
        if (isStopped()) throw new StoppedException();
    }

    /** Runs {@code action}, which must not block, exactly once at the stop; here and now when that has been. */
    public Registration onStop(Runnable action) {
        Registration registration = new Registration();
        listeners.put(registration, action);
        if (isStopped()) runOnce(registration);
        return registration;
    }

    /** A signal that stops with this one, and can be stopped alone. {@link #detach} it when its work is done. */
    public StopSignal child() {
        return new StopSignal(this);
    }

    /** Detaches it from its parent. */
    public void detach() {
        if (atParent != null) atParent.remove();
    }

    /**
     * Waits.
     *
     * @return false when the time passed, true when the stop came first
     */
    public boolean await(long nanos) throws InterruptedException {
        return stopped.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Waits for the stop. */
    public void await() throws InterruptedException {
        stopped.await();
    }

    /** Sleeps for all of the time, or throws {@link StoppedException} at the stop. */
    public void sleep(long nanos) throws InterruptedException {
        if (await(nanos)) throw new StoppedException();
    }

    /** A listener may be found by the stop and by its own registration at once: who takes it away runs it. */
    private void runOnce(Registration registration) {
        Runnable action = listeners.remove(registration);
        if (action != null) action.run();
    }
}
