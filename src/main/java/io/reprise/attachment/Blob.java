package io.reprise.attachment;

/**
 * Where the content of a file is stored, in pieces of the same size.
 *
 * @param bytes its size; 0 until it is complete
 */
public record Blob(String id, Place place, int chunkBytes, long bytes) {
    public enum Place {
        DATABASE,
        FOLDER
    }

    /** The number of pieces; the last one may be shorter. */
    public int chunks() {
        return Math.toIntExact((bytes + chunkBytes - 1) / chunkBytes);
    }

    public Blob ofBytes(long size) {
        return new Blob(id, place, chunkBytes, size);
    }
}
