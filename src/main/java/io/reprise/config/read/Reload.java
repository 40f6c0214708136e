package io.reprise.config.read;

/** What it takes to change a setting. Each key is declared beside its reader: {@link Section#live}, {@link Section#fromFile}. */
public enum Reload {
    /** A start: the value is used to build the parts of the server, or every node must have the same. */
    START,
    /** A changed file or the environment, because administrators of the server may not change it over the network. */
    FILE,
    /** A changed file, or an administrator; holds for the next decision. */
    LIVE
}
