package io.reprise.support;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Internet addresses and ranges of them, such as {@code 10.0.0.0/8} and {@code ::1}. Names are never looked up. */
public final class AddressRanges {
    private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int SITE_BYTES = 8;
    private static final int V6_BYTES = 16;

    private final List<Range> ranges;

    private AddressRanges(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    private record Range(byte[] prefix, int bits) {
        boolean contains(byte[] address) {
            if (address.length != prefix.length) return false;
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) return false;
            }
            return true;
        }
    }

    /** @throws IllegalArgumentException if one of the texts is neither an address nor a range */
    public static AddressRanges of(List<String> texts) {
        return new AddressRanges(texts.stream()
                .map(text -> range(text).orElseThrow(() -> new IllegalArgumentException(text)))
                .toList());
    }

    /** Whether the text is an address or a range. */
    public static boolean isRange(String text) {
        return range(text).isPresent();
    }

    /** Returns false for a text that is not an address. */
    public boolean contains(String address) {
        return bytes(address).filter(this::contains).isPresent();
    }

    /** @param address 4 bytes of IPv4, or 16 of IPv6 */
    public boolean contains(byte[] address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    public static boolean isAddress(String text) {
        return bytes(text).isPresent();
    }

    /** The address range of one customer: an IPv4 address, or an IPv6 /64. */
    public static String site(String address) {
        Optional<byte[]> bytes = bytes(address);
        if (bytes.isEmpty() || bytes.get().length < V6_BYTES) return address;
        StringBuilder site = new StringBuilder();
        for (int i = 0; i < SITE_BYTES; i++) site.append(String.format("%02x", bytes.get()[i]));
        return site.append("/64").toString();
    }

    private static Optional<Range> range(String text) {
        int slash = text.indexOf('/');
        Optional<byte[]> prefix = bytes(slash < 0 ? text : text.substring(0, slash));
        if (prefix.isEmpty()) return Optional.empty();
        int bitsMax = prefix.get().length * 8;
        if (slash < 0) return Optional.of(new Range(prefix.get(), bitsMax));
        String bits = text.substring(slash + 1);
        return Optional.of(bits)
                .filter(digits -> digits.matches("[0-9]{1,3}") && Integer.parseInt(digits) <= bitsMax)
                .map(digits -> new Range(prefix.get(), Integer.parseInt(digits)));
    }

    private static Optional<byte[]> bytes(String text) {
        if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) return Optional.empty();
        try {
            return Optional.of(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
