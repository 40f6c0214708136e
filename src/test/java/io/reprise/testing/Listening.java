package io.reprise.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What listens on this machine, by what the kernel of Linux tells of a process. */
public final class Listening {
    private static final String LISTENS = "0A";
    private static final int WORD = 4;

    private Listening() {}

    /** Addresses with their ports at which the process accepts connections, such as {@code 127.0.0.1:80}. */
    public static Set<String> of(long pid) {
        try {
            Path process = Path.of("/proc", Long.toString(pid));
            Set<String> sockets = sockets(process.resolve("fd"));
            Set<String> listening = new TreeSet<>();
            for (String table : new String[] {"net/tcp", "net/tcp6"}) {
                try (Stream<String> lines = Files.lines(process.resolve(table))) {
                    lines.skip(1)
                            .map(line -> line.trim().split("\\s+"))
                            .filter(words -> words[3].equals(LISTENS) && sockets.contains(words[9]))
                            .forEach(words -> listening.add(address(words[1])));
                }
            }
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> sockets(Path descriptors) throws IOException {
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.map(Listening::target)
                    .filter(target -> target.startsWith("socket:["))
                    .map(target -> target.substring("socket:[".length(), target.length() - 1))
                    .collect(Collectors.toSet());
        }
    }

    /** Empty if it was closed meanwhile. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    /** Words of four bytes, each in the order of the machine. */
    private static String address(String hex) {
        String[] parts = hex.split(":");
        byte[] raw = HexFormat.of().parseHex(parts[0]);
        byte[] address = new byte[raw.length];
        for (int i = 0; i < raw.length; i++) address[i] = raw[i / WORD * WORD + WORD - 1 - i % WORD];
        try {
            return InetAddress.getByAddress(address).getHostAddress() + ":" + Integer.parseInt(parts[1], 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
