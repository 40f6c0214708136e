package io.reprise.session.store;

public sealed interface LoadOutcome {
    record Found(Loaded session) implements LoadOutcome {}

    record Absent() implements LoadOutcome {}

    /** It is none of the users' it was asked for. */
    record Foreign() implements LoadOutcome {}

    /** A newer owner has it. */
    record NotMine() implements LoadOutcome {}
}
