package io.reprise.testing;

import io.reprise.Server;
import io.reprise.config.LoadedSettings;
import io.reprise.config.Settings;
import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;
import io.reprise.telemetry.Logging;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The server with a tool that must not be called twice: each call writes a line into a file, which survives kills. */
public final class CountingServer {
    private CountingServer() {}

    /** {@code words}: the file. */
    public static void main(String[] words) {
        Locale.setDefault(Locale.ROOT);
        LoadedSettings.Valid loaded = (LoadedSettings.Valid) Settings.load(System.getenv());
        Logging.configure(loaded.settings().logging());
        Server server = Server.start(loaded.settings(), System.getenv(), List.of(new CountTool(Path.of(words[0]))));
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        System.out.println("Reprise is ready: http://127.0.0.1:" + server.port());
    }

    /** Takes a while, so that it may be killed before its line, after it, and after its answer. */
    private record CountTool(Path file) implements Tool {
        private static final int WORK_MS_MAX = 6;

        @Override
        public String name() {
            return "count";
        }

        @Override
        public String description() {
            return "Counts something.";
        }

        @Override
        public String schema() {
            return "{\"type\":\"object\",\"properties\":{\"of\":{\"type\":\"string\"}},\"required\":[\"of\"]}";
        }

        @Override
        public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
            work(stop);
            String line = call.argumentsAs(Arguments.class).of() + " " + call.id() + "\n";
            try {
                Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            work(stop);
            return Content.of("counted");
        }

        private static void work(StopSignal stop) throws InterruptedException {
            stop.sleep(TimeUnit.MILLISECONDS.toNanos(ThreadLocalRandom.current().nextInt(WORK_MS_MAX)));
        }

        record Arguments(String of) {}
    }
}
