package io.reprise.job;

import java.util.function.Function;

/**
 * Work on stored data that is done at scheduled times or on request, by one node at a time.
 *
 * @param name stable; used in REST and in the database
 * @param usual its schedule unless an administrator sets another one
 * @param part whether a request may name a session, a user or a retention
 * @param begin begins a run; called once for each run, and may ask for settings
 */
public record Job(String name, JobSchedule usual, Part part, Function<Order, Sweep> begin) {
    /** What a request may be limited to. */
    public enum Part {
        NONE,
        SESSION_OR_USER
    }

    /** A job that always works on everything. */
    public static Job ofAll(String name, JobSchedule usual, Function<Order, Sweep> begin) {
        return new Job(name, usual, Part.NONE, begin);
    }

    /** Name of the lease of a node that runs it. */
    String lease() {
        return "job." + name;
    }

    /**
     * What a run works on.
     *
     * @param session only what belongs to this session, or null
     * @param user only what belongs to this user, or null
     * @param retentionDays instead of the setting, or null
     */
    public record Order(String session, String user, Integer retentionDays) {
        public static final Order ALL = new Order(null, null, null);

        public Order {
            if (session != null && user != null) throw new IllegalArgumentException("a session or a user, not both");
        }

        /** What the history keeps of it: no ids, because these may be erased. */
        public String part() {
            if (session != null) return "session";
            return user == null ? "all" : "user";
        }
    }
}
