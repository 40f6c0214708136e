package io.reprise.job;

import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Work on stored data that is done at scheduled times or on request, by one node at a time.
 *
 * @param name stable; used in REST and in the database
 * @param usual its schedule unless an administrator sets another one
 * @param part whether a request may name a session, a user or a retention
 * @param work whether there is anything to do; without, a due time passes and leaves no trace
 * @param begin begins a run; called once for each run, and may ask for settings
 */
public record Job(
        String name, JobSchedule usual, Part part, Supplier<Future<Boolean>> work, Function<Order, Sweep> begin) {
    private static final long NEXT_IF_NEVER_MS = 86_400_000;

    /** What a request may be limited to. */
    public enum Part {
        NONE,
        SESSION_OR_USER
    }

    /** A job that always works on everything. */
    public static Job ofAll(String name, JobSchedule usual, Function<Order, Sweep> begin) {
        return new Job(name, usual, Part.NONE, Job::always, begin);
    }

    /** A job that may be limited to a session or a user, and be given a retention. */
    public static Job ofParts(String name, JobSchedule usual, Function<Order, Sweep> begin) {
        return new Job(name, usual, Part.SESSION_OR_USER, Job::always, begin);
    }

    /** A frequent job that asks first whether there is anything to do. */
    public static Job withWork(
            String name, JobSchedule usual, Supplier<Future<Boolean>> work, Function<Order, Sweep> begin) {
        return new Job(name, usual, Part.NONE, work, begin);
    }

    private static Future<Boolean> always() {
        return Future.succeededFuture(true);
    }

    /** The due time after one that is over, in milliseconds. */
    static long nextMs(JobSchedule schedule, long slotMs, long nowMs) {
        if (slotMs > nowMs) return slotMs;
        return schedule.schedule().nextSlot(slotMs, nowMs).orElse(nowMs + NEXT_IF_NEVER_MS);
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
