package io.reprise.attachment;

import io.reprise.attachment.AttachmentStore.Added;

/** Why a file is not added to a session. */
public enum FileRefusal {
    /** It should be an image, and is none. */
    NO_IMAGE,
    /** It has more bytes than an image may have. */
    BYTES,
    /** It is an image that is damaged or not complete. */
    DAMAGED,
    /** It has more pixels than an image may have. */
    PIXELS,
    NO_SESSION,
    SESSION_FULL,
    USER_FULL;

    /** Why the store has not added it. */
    public static FileRefusal of(Added added) {
        return switch (added) {
            case DONE -> throw new IllegalArgumentException("it was added");
            case NO_SESSION -> NO_SESSION;
            case SESSION_FULL -> SESSION_FULL;
            case USER_FULL -> USER_FULL;
        };
    }
}
