package io.reprise.config.read;

/**
 * One reason why settings are refused.
 *
 * @param path the key, or the environment variable if it matches no key
 * @param given the value as written; empty if there is none to show
 * @param fault what is wrong and what is allowed
 * @param source where the value was set: a line of the file or an environment variable
 */
public record SettingsProblem(String path, String given, String fault, String source) {
    private static final int GIVEN_CHARACTERS_MAX = 100;

    public SettingsProblem {
        if (given.length() > GIVEN_CHARACTERS_MAX) {
            given = given.substring(0, GIVEN_CHARACTERS_MAX) + "...";
        }
    }

    static SettingsProblem without(String path, String fault, String source) {
        return new SettingsProblem(path, "", fault, source);
    }

    /** One line for people, such as {@code log.flushMs = "abc": must be an integer (conf/reprise.yaml, line 3)}. */
    @Override
    public String toString() {
        String shown = given.isEmpty() ? "" : " = \"" + given + "\"";
        return path + shown + ": " + fault + " (" + source + ")";
    }
}
