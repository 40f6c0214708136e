package io.reprise.session.store;

/** The outcome of an append. */
public sealed interface AppendOutcome {
    record Stored() implements AppendOutcome {}

    /** Another owner or another append has written: the state in memory differs from the store. */
    record Lost() implements AppendOutcome {}

    /** The store will never accept this content. */
    record Refused(String why) implements AppendOutcome {}
}
