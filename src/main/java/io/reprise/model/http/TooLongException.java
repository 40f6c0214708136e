package io.reprise.model.http;

import java.io.IOException;

/** A response of a provider exceeds the limit. */
public final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(int bytesMax) {
        super("more than " + bytesMax + " bytes");
    }
}
