package io.reprise.client;

/** A session that a client reads. All methods may be called by any thread. */
public final class Session {
    private final String id;
    private final Reading reading;
    private final Runnable detach;

    Session(String id, Reading reading, Runnable detach) {
        this.id = id;
        this.reading = reading;
        this.detach = detach;
    }

    public String id() {
        return id;
    }

    /** The last event that was applied, for {@link RepriseClient#attach}; null before the first snapshot. */
    public Cursor cursor() {
        return reading.cursor();
    }

    /** Reads it no longer. */
    public void detach() {
        detach.run();
    }
}
