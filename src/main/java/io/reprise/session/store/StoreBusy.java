package io.reprise.session.store;

/**
 * The wait for a free connection or an answer was too long, although the store answers other requests. So the store is
 * available, and the request may be repeated.
 */
public final class StoreBusy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreBusy(Throwable cause) {
        super("the store is busy: " + cause, cause, false, false);
    }
}
