package io.reprise.session.store;

/**
 * The titles of a session.
 *
 * @param given title that a person gave, or null; takes precedence
 * @param made title made from the first exchange, or null
 * @param tries how often a title was requested
 */
public record Titles(String given, String made, int tries) {
    public static final Titles NONE = new Titles(null, null, 0);

    /** Null if there is no title. */
    public String shown() {
        return given == null ? made : given;
    }
}
