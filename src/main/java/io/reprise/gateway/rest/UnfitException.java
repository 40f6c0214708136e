package io.reprise.gateway.rest;

import io.reprise.message.Failure;

/** A parameter that fits its schema and still cannot be used. */
public final class UnfitException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public UnfitException(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    /** What the caller is told. */
    public Failure failure() {
        return failure;
    }
}
