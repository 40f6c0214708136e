package io.reprise.history;

/** The log contains a row that the fold cannot process. Retrying does not help. */
public final class BrokenLog extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String session;
    private final long seq;

    public BrokenLog(String session, long seq, Throwable cause) {
        super("the log of " + session + " cannot be read at seq " + seq, cause);
        this.session = session;
        this.seq = seq;
    }

    public String session() {
        return session;
    }

    /** The seq of the row that could not be processed. */
    public long seq() {
        return seq;
    }
}
