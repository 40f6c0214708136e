package io.reprise.session.store;

/** The outcome of a load. */
public sealed interface LoadOutcome {
    record Found(Loaded session) implements LoadOutcome {}

    record Absent() implements LoadOutcome {}

    /** The session belongs to none of the given users. */
    record Foreign() implements LoadOutcome {}

    /** The session belongs to a newer owner. */
    record NotMine() implements LoadOutcome {}
}
