package io.reprise.attachment;

import java.util.Optional;

/**
 * The size of an image, read without decoding it.
 *
 * @param orientation how a JPEG is to be turned, 1-8 as in EXIF; 1 is upright
 */
public record ImageHead(int width, int height, int orientation) {
    private static final int UPRIGHT = 1;
    private static final int PNG_CHUNKS = 8;
    private static final int EXIF_ENTRY_BYTES = 12;
    private static final int EXIF_ORIENTATION = 0x0112;

    private ImageHead(int width, int height) {
        this(width, height, UPRIGHT);
    }

    /** The width after it was turned upright. */
    public int shownWidth() {
        return isOnItsSide() ? height : width;
    }

    /** The height after it was turned upright. */
    public int shownHeight() {
        return isOnItsSide() ? width : height;
    }

    private boolean isOnItsSide() {
        return orientation >= 5;
    }

    public long pixels() {
        return (long) width * height;
    }

    /** Empty if the file is not a whole image of this type: truncated, damaged, or without a size. */
    public static Optional<ImageHead> of(FileType type, byte[] file) {
        try {
            ImageHead head = switch (type) {
                case PNG -> png(file);
                case JPEG -> jpeg(file);
                case GIF -> gif(file);
                case WEBP -> webp(file);
                case PDF, TEXT -> throw new IllegalArgumentException(type + " is no image");
            };
            return Optional.ofNullable(head).filter(found -> found.width > 0 && found.height > 0);
        } catch (IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** Follows the chunks from the header to the end. */
    private static ImageHead png(byte[] file) {
        if (!isWord(file, PNG_CHUNKS + 4, "IHDR")) return null;
        ImageHead head = new ImageHead((int) big(file, PNG_CHUNKS + 8, 4), (int) big(file, PNG_CHUNKS + 12, 4));
        for (long at = PNG_CHUNKS; at + 12 <= file.length; at += 12 + big(file, (int) at, 4)) {
            if (isWord(file, (int) at + 4, "IEND")) return head;
        }
        return null;
    }

    /** Follows the segments to the scan, and looks for the end marker behind it. */
    private static ImageHead jpeg(byte[] file) {
        ImageHead head = null;
        int orientation = UPRIGHT;
        int at = 2;
        while (true) {
            while (at(file, at) == 0xff && at(file, at + 1) == 0xff) at++;
            if (at(file, at) != 0xff) return null;
            int marker = at(file, at + 1);
            int length = (int) big(file, at + 2, 2);
            if (length < 2) return null;
            if (isFrame(marker)) head = new ImageHead((int) big(file, at + 7, 2), (int) big(file, at + 5, 2));
            if (marker == 0xe1) orientation = orientation(file, at + 4, at + 2 + length, orientation);
            at += 2 + length;
            if (marker == 0xda) break;
        }
        for (int i = file.length - 2; i >= at && head != null; i--) {
            if (at(file, i) == 0xff && at(file, i + 1) == 0xd9) {
                return new ImageHead(head.width, head.height, orientation);
            }
        }
        return null;
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    /** What an EXIF segment says; {@code otherwise} if it says nothing usable. */
    private static int orientation(byte[] file, int from, int end, int otherwise) {
        if (end > file.length || end - from < 14 || !isWord(file, from, "Exif")) return otherwise;
        int tiff = from + 6;
        boolean little = file[tiff] == 'I';
        long first = tiff + number(file, tiff + 4, 4, little);
        if (first + 2 > end) return otherwise;
        long entries = number(file, (int) first, 2, little);
        for (int i = 0; i < entries; i++) {
            long at = first + 2 + (long) i * EXIF_ENTRY_BYTES;
            if (at + EXIF_ENTRY_BYTES > end) return otherwise;
            if (number(file, (int) at, 2, little) != EXIF_ORIENTATION) continue;
            int value = (int) number(file, (int) at + 8, 2, little);
            return value >= 1 && value <= 8 ? value : otherwise;
        }
        return otherwise;
    }

    /** Follows the blocks to the end; a frame may be larger than the screen that the header names. */
    private static ImageHead gif(byte[] file) {
        int width = (int) little(file, 6, 2);
        int height = (int) little(file, 8, 2);
        int at = 13 + colours(file, 10);
        while (true) {
            int block = at(file, at);
            if (block == 0x3b) return new ImageHead(width, height);
            if (block == 0x2c) {
                width = Math.max(width, (int) (little(file, at + 1, 2) + little(file, at + 5, 2)));
                height = Math.max(height, (int) (little(file, at + 3, 2) + little(file, at + 7, 2)));
                at += 11 + colours(file, at + 9);
            } else if (block == 0x21) {
                at += 2;
            } else {
                return null;
            }
            while (at(file, at) != 0) at += 1 + at(file, at);
            at++;
        }
    }

    /** Bytes of the colour table that the flags announce. */
    private static int colours(byte[] file, int flagsAt) {
        int flags = at(file, flagsAt);
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    private static ImageHead webp(byte[] file) {
        if (little(file, 4, 4) + 8 > file.length) return null;
        if (isWord(file, 12, "VP8X")) {
            return new ImageHead((int) little(file, 24, 3) + 1, (int) little(file, 27, 3) + 1);
        }
        if (isWord(file, 12, "VP8L")) {
            long bits = little(file, 21, 4);
            return new ImageHead((int) (bits & 0x3fff) + 1, (int) (bits >> 14 & 0x3fff) + 1);
        }
        if (isWord(file, 12, "VP8 ")) {
            return new ImageHead((int) little(file, 26, 2) & 0x3fff, (int) little(file, 28, 2) & 0x3fff);
        }
        return null;
    }

    private static boolean isWord(byte[] file, int from, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (at(file, from + i) != word.charAt(i)) return false;
        }
        return true;
    }

    private static int at(byte[] file, int at) {
        return file[at] & 0xff;
    }

    private static long number(byte[] file, int from, int bytes, boolean little) {
        return little ? little(file, from, bytes) : big(file, from, bytes);
    }

    private static long big(byte[] file, int from, int bytes) {
        long number = 0;
        for (int i = 0; i < bytes; i++) number = number << 8 | at(file, from + i);
        return number;
    }

    private static long little(byte[] file, int from, int bytes) {
        long number = 0;
        for (int i = bytes - 1; i >= 0; i--) number = number << 8 | at(file, from + i);
        return number;
    }
}
