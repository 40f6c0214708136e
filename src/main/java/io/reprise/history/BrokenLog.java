package io.reprise.history;

/** A row of a log is not what the fold can take. To read it again does not help. */
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

    /** The row that could not be taken. */
    public long seq() {
        return seq;
    }
}
