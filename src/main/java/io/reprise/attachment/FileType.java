package io.reprise.attachment;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The types of files that are accepted. A type is told by the first bytes, never by a name. */
public enum FileType {
    PNG("image/png", "png"),
    JPEG("image/jpeg", "jpg"),
    GIF("image/gif", "gif"),
    WEBP("image/webp", "webp"),
    PDF("application/pdf", "pdf"),
    /** Any text in UTF-8, whatever its format. */
    TEXT("text/plain", "txt");

    /** So many bytes at the beginning tell the type. */
    public static final int HEAD_BYTES = 16;

    private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte[] JPEG_MAGIC = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

    private final String mediaType;
    private final String ending;

    FileType(String mediaType, String ending) {
        this.mediaType = mediaType;
        this.ending = ending;
    }

    /**
     * The type of a file that begins with these bytes. What is none of the others is taken for text, whose bytes then
     * have to be checked with {@link TextCheck}.
     */
    public static FileType of(byte[] head) {
        if (startsWith(head, 0, PNG_MAGIC)) return PNG;
        if (startsWith(head, 0, JPEG_MAGIC)) return JPEG;
        if (startsWith(head, 0, "GIF87a") || startsWith(head, 0, "GIF89a")) return GIF;
        if (startsWith(head, 0, "RIFF") && startsWith(head, 8, "WEBP")) return WEBP;
        if (startsWith(head, 0, "%PDF-")) return PDF;
        return TEXT;
    }

    /** @throws IllegalArgumentException if no type has this media type */
    public static FileType ofMediaType(String mediaType) {
        return Arrays.stream(values())
                .filter(type -> type.mediaType.equals(mediaType))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(mediaType));
    }

    public String mediaType() {
        return mediaType;
    }

    /** The usual ending of names, without a dot. */
    public String ending() {
        return ending;
    }

    public boolean isImage() {
        return mediaType.startsWith("image/");
    }

    private static boolean startsWith(byte[] bytes, int from, String text) {
        return startsWith(bytes, from, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean startsWith(byte[] bytes, int from, byte[] magic) {
        return bytes.length >= from + magic.length
                && Arrays.equals(bytes, from, from + magic.length, magic, 0, magic.length);
    }
}
