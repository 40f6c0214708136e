package io.reprise.session.store;

/** What became of an append. */
public sealed interface AppendOutcome {
    record Stored() implements AppendOutcome {}

    /** Another owner or another append came between: what is in memory is not what is stored. */
    record Lost() implements AppendOutcome {}

    /** The store will never take this content. */
    record Refused(String why) implements AppendOutcome {}
}
