package io.reprise.session.store;

/** What became of a load. */
public sealed interface LoadOutcome {
    record Found(Loaded session) implements LoadOutcome {}

    record Absent() implements LoadOutcome {}

    /** It belongs to none of the users that it was asked for. */
    record Foreign() implements LoadOutcome {}

    /** A newer owner has it. */
    record NotMine() implements LoadOutcome {}
}
