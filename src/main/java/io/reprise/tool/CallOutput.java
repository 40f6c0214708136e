package io.reprise.tool;

import io.reprise.message.content.Part;

/** Port: what people see of a call beside the text of its result. Thread-safe. */
public interface CallOutput {
    /** For calls that belong to no session. */
    CallOutput NONE = new CallOutput() {
        @Override
        public Part image(byte[] image) {
            return new Part.Text("[image, " + image.length + " bytes, not shown]");
        }

        @Override
        public void progress(double done, Double total, String message) {}
    };

    /**
     * Keeps an image (PNG, JPEG, GIF or WebP) in the session of the call. Blocks.
     *
     * @return a part for the result; a text that says why if the image cannot be kept
     */
    Part image(byte[] image) throws InterruptedException;

    /**
     * Says how far the call is. May be used often: what comes too soon after the last time, or too often, is left out. No
     * effect when the call has ended.
     *
     * @param done a number that grows
     * @param total what {@code done} is at the end; null if that is not known
     * @param message a few words, or null
     */
    void progress(double done, Double total, String message);
}
