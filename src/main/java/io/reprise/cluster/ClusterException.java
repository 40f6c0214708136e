package io.reprise.cluster;

/** This node cannot be in the cluster. The message is one line for the operator. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
