package io.reprise.attachment;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Checks piece by piece that bytes are text: UTF-8, without control characters that no text file has. Not thread-safe. */
public final class TextCheck {
    private static final int CHARS = 4_096;
    private static final String ALLOWED_CONTROLS = "\t\n\r\f\u001b";

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer chars = CharBuffer.allocate(CHARS);
    private byte[] left = {};

    /** Returns false if the bytes so far are no text. */
    public boolean accepts(byte[] piece) {
        ByteBuffer in = ByteBuffer.allocate(left.length + piece.length)
                .put(left)
                .put(piece)
                .flip();
        boolean isText = decodes(in, false);
        left = new byte[in.remaining()];
        in.get(left);
        return isText;
    }

    /** Whether the text ends with a whole character. */
    public boolean isComplete() {
        return decodes(ByteBuffer.wrap(left), true);
    }

    private boolean decodes(ByteBuffer in, boolean end) {
        while (true) {
            CoderResult result = decoder.decode(in, chars.clear(), end);
            if (result.isError() || !isPlain(chars.flip())) return false;
            if (result.isUnderflow()) return true;
        }
    }

    private static boolean isPlain(CharBuffer text) {
        return text.chars().allMatch(c -> c >= ' ' && c != 0x7f || ALLOWED_CONTROLS.indexOf(c) >= 0);
    }
}
