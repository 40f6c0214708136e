package io.reprise.session.store;

/**
 * The wait for a free connection, or for an answer, was too long, although the store answers others: it is not away,
 * and the same may be asked again.
 */
public final class StoreBusy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreBusy(Throwable cause) {
        super("the store is busy: " + cause, cause, false, false);
    }
}
