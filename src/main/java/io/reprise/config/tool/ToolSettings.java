package io.reprise.config.tool;

import io.reprise.config.read.Section;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Settings of the built-in tools that are off unless they are set up, and of declared tools. */
public record ToolSettings(Fetch fetch, Files files, Http http, Background background, Client client) {
    public static final String NAME = "tools";

    private static final Pattern HOST = Pattern.compile(
            "\\*|(\\*\\.)?[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*");

    /**
     * Reads pages of the web.
     *
     * @param allow hosts that may be read; {@code *.domain} for all below a domain, {@code *} for all on the public internet;
     *     empty: the tool does not exist
     * @param timeMs longest time of a call with all its redirects
     * @param pageBytesMax what is read of a page; the rest is cut
     * @param textBytesMax longest text for the model; the rest can be asked for
     */
    public record Fetch(List<String> allow, int timeMs, int pageBytesMax, int textBytesMax) {
        public Fetch {
            allow = List.copyOf(allow);
        }

        static Fetch read(Section section) {
            Section live = section.live();
            return new Fetch(
                    section.fromFile()
                            .list(
                                    "allow",
                                    "a host, *.domain, or * for all hosts on the public internet",
                                    text -> HOST.matcher(text).matches()),
                    live.integer("timeMs", 20_000, 100, 120_000),
                    live.integer("pageBytesMax", 1_048_576, 1_024, 16_777_216),
                    live.integer("textBytesMax", 32_768, 1_024, 1_048_576));
        }
    }

    /**
     * Finds and reads files of one folder.
     *
     * @param folder empty: the tools do not exist
     * @param scannedMax files that one call looks at
     * @param fileBytesMax what is read of one file
     * @param matchesMax longest list of results
     * @param timeMs longest time of a call
     */
    public record Files(String folder, int scannedMax, int fileBytesMax, int matchesMax, int timeMs) {
        static Files read(Section section) {
            Section live = section.live();
            return new Files(
                    section.fromFile().anyText("folder", ""),
                    live.integer("scannedMax", 10_000, 1, 1_000_000),
                    live.integer("fileBytesMax", 1_048_576, 1_024, 67_108_864),
                    live.integer("matchesMax", 100, 1, 10_000),
                    live.integer("timeMs", 10_000, 100, 120_000));
        }
    }

    /**
     * Declared tools that people call without an agent.
     *
     * @param callsMax calls at the same time
     * @param callsPerUserMax calls of one user at the same time
     */
    public record Http(int callsMax, int callsPerUserMax) {
        static Http read(Section section) {
            Section live = section.live();
            return new Http(live.integer("callsMax", 16, 1, 10_000), live.integer("callsPerUserMax", 4, 1, 1_000));
        }
    }

    /**
     * Calls that go on in the background.
     *
     * @param callsMax on this node at the same time
     * @param callsPerUserMax of one user
     * @param perSessionMax of one session
     * @param timeMs longest time of one
     * @param resultBytesMax longest result; the rest is cut
     */
    public record Background(int callsMax, int callsPerUserMax, int perSessionMax, int timeMs, int resultBytesMax) {
        public static final Background USUAL = new Background(100, 10, 5, 3_600_000, 16_384);

        static Background read(Section section) {
            Section live = section.live();
            return new Background(
                    live.integer("callsMax", USUAL.callsMax(), 0, 100_000),
                    live.integer("callsPerUserMax", USUAL.callsPerUserMax(), 1, 1_000),
                    live.integer("perSessionMax", USUAL.perSessionMax(), 1, 100),
                    live.integer("timeMs", USUAL.timeMs(), 100, 86_400_000),
                    live.integer("resultBytesMax", USUAL.resultBytesMax(), 256, 65_536));
        }
    }

    /**
     * Tools that clients declare with a message and execute themselves.
     *
     * @param declaredMax tools of one message
     * @param bytesMax all declarations of one message, as JSON
     * @param resultBytesMax longest result of one call; a longer one is refused
     * @param expiryMinutes how long a call waits for its client
     */
    public record Client(int declaredMax, int bytesMax, int resultBytesMax, int expiryMinutes) {
        /** Upper limit of {@code declaredMax}. */
        public static final int DECLARED_MAX = 512;

        public static final Client USUAL = new Client(64, 65_536, 65_536, 60);

        static Client read(Section section) {
            Section live = section.live();
            return new Client(
                    live.integer("declaredMax", USUAL.declaredMax(), 0, DECLARED_MAX),
                    live.integer("bytesMax", USUAL.bytesMax(), 1_024, 524_288),
                    live.integer("resultBytesMax", USUAL.resultBytesMax(), 256, 524_288),
                    live.integer("expiryMinutes", USUAL.expiryMinutes(), 1, 1_440));
        }

        public long expiryMs() {
            return TimeUnit.MINUTES.toMillis(expiryMinutes);
        }
    }

    public static ToolSettings read(Section section) {
        return new ToolSettings(
                Fetch.read(section.section("fetch")),
                Files.read(section.section("files")),
                Http.read(section.section("http")),
                Background.read(section.section("background")),
                Client.read(section.section("client")));
    }
}
