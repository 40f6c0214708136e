package io.reprise.attachment;

import java.util.Optional;

/**
 * An image that was looked at.
 *
 * @param head null if it is damaged
 * @param thumbnail a PNG; null if there is none
 */
public record Picture(ImageHead head, byte[] thumbnail) {
    /**
     * Takes its time: not for event loops.
     *
     * @param edge longest edge of the thumbnail, in pixels
     */
    public static Picture of(FileType type, byte[] file, int edge, int pixelsMax) {
        Optional<ImageHead> head = ImageHead.of(type, file);
        if (head.isEmpty() || head.get().pixels() > pixelsMax) return new Picture(head.orElse(null), null);
        return new Picture(
                head.get(), Thumbnails.of(file, head.get(), edge, pixelsMax).orElse(null));
    }

    /** Why it is not accepted; empty if it is. */
    public Optional<FileRefusal> fault(int pixelsMax) {
        if (head == null) return Optional.of(FileRefusal.DAMAGED);
        return head.pixels() > pixelsMax ? Optional.of(FileRefusal.PIXELS) : Optional.empty();
    }
}
