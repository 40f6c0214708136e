package io.reprise.model.http;

import java.io.IOException;

/** A provider sent more than the limit of one answer. */
public final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(int bytesMax) {
        super("more than " + bytesMax + " bytes");
    }
}
