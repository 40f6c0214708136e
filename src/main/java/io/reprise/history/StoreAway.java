package io.reprise.history;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** The store did not answer a read. The same read may succeed later. */
public final class StoreAway extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreAway(Throwable cause) {
        super(cause.toString(), cause, false, false);
    }

    /**
     * Whether a read failed because of the store or the connection to it. Other failures concern the data or its
     * reader, and would occur again.
     */
    public static boolean isCause(Throwable cause) {
        return cause instanceof StoreAway || cause instanceof TimeoutException || cause instanceof IOException;
    }
}
