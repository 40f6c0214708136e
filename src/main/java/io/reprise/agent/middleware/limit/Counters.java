package io.reprise.agent.middleware.limit;

/**
 * How often something was done, as checkpoints keep it.
 *
 * @param run in this run
 * @param session in this run and the earlier ones of its session
 */
record Counters(int run, int session) {
    static final Counters NONE = new Counters(0, 0);

    Counters plus(int more) {
        return new Counters(run + more, session + more);
    }

    /** For the next run of the session. */
    Counters inherited() {
        return new Counters(0, session);
    }

    String text() {
        return run + " " + session;
    }

    /** The inverse of {@link #text}. */
    static Counters parse(String text) {
        String[] numbers = text.split(" ");
        return new Counters(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
    }
}
