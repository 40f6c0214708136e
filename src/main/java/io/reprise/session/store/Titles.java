package io.reprise.session.store;

/**
 * What a session is called.
 *
 * @param given by a person, or null; it wins
 * @param made from its first exchange, or null
 * @param tries how often one was asked for
 */
public record Titles(String given, String made, int tries) {
    public static final Titles NONE = new Titles(null, null, 0);

    /** Null when there is none. */
    public String shown() {
        return given == null ? made : given;
    }
}
