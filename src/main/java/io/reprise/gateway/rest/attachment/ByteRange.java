package io.reprise.gateway.rest.attachment;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of bytes, as RFC 9110 has it; {@code last} is included.
 *
 * @param last less than {@code first} if the range is outside of the file
 */
record ByteRange(long first, long last) {
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,15})-(\\d{0,15})");

    /** Empty without a range, or with one that is not understood: then the whole file is sent. */
    static Optional<ByteRange> of(String header, long size) {
        Matcher asked = ONE.matcher(header == null ? "" : header.strip());
        if (!asked.matches() || asked.group(1).isEmpty() && asked.group(2).isEmpty()) return Optional.empty();
        if (asked.group(1).isEmpty()) {
            return Optional.of(new ByteRange(Math.max(0, size - Long.parseLong(asked.group(2))), size - 1));
        }
        long first = Long.parseLong(asked.group(1));
        long last = asked.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(asked.group(2)));
        return Optional.of(new ByteRange(first, last));
    }

    boolean isEmpty() {
        return last < first;
    }

    long length() {
        return last - first + 1;
    }

    /** For {@code Content-Range}. */
    String of(long size) {
        return "bytes " + first + "-" + last + "/" + size;
    }
}
