package io.reprise.session.store;

/** The outcome of creating a session. */
public sealed interface CreateOutcome {
    record Made() implements CreateOutcome {}

    /** The same command of the same user has created it before. */
    record Claimed(Claim claim) implements CreateOutcome {}
}
