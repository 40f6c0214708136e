package io.reprise.session.store;

/** What became of a session that was to be made. */
public sealed interface CreateOutcome {
    record Made() implements CreateOutcome {}

    /** The same user's same command made it before. */
    record Claimed(Claim claim) implements CreateOutcome {}
}
