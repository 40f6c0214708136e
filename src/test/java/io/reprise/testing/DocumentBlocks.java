package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Programs in the documents. */
public final class DocumentBlocks {
    /** The address of the server in the documents. */
    public static final String SHOWN = "127.0.0.1:8080";

    private DocumentBlocks() {}

    /**
     * The first block of this kind behind a heading, for the server at the port.
     *
     * @param file among the documents
     * @param heading the whole line
     */
    public static String of(String file, String heading, String kind, int port) {
        return of(file, heading, kind, "", port);
    }

    /** As {@link #of(String, String, String, int)}: the first one below the heading that contains a word. */
    public static String of(String file, String heading, String kind, String word, int port) {
        String block = part(file, heading, kind, word);
        assertThat(block).contains(SHOWN);
        return block.replace(SHOWN, "127.0.0.1:" + port);
    }

    /** A block that need not be a whole program, as it is written. */
    public static String part(String file, String heading, String kind, String word) {
        String text = read(Path.of("webroot", "docs", file));
        int from = text.indexOf("\n" + heading + "\n");
        assertThat(from).as(heading).isNotNegative();
        return Pattern.compile("(?ms)^```" + Pattern.quote(kind) + "\n(.*?)^```$")
                .matcher(text.substring(from))
                .results()
                .map(found -> found.group(1))
                .filter(its -> its.contains(word))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no block of " + kind + " below " + heading));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
