package io.reprise.session.store;

/** The outcome of creating a session. */
public sealed interface CreateOutcome {
    record Made() implements CreateOutcome {}

    /** The same command of the same user has created it before. */
    record Claimed(Claim claim) implements CreateOutcome {}

    /** The same command has created it before, and it was erased since. */
    record Erased() implements CreateOutcome {}
}
