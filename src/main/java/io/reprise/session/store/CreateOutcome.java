package io.reprise.session.store;

public sealed interface CreateOutcome {
    record Made() implements CreateOutcome {}

    /** The same user's same command made it before. */
    record Claimed(Claim claim) implements CreateOutcome {}
}
