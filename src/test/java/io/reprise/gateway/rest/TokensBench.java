package io.reprise.gateway.rest;

import io.reprise.testing.TestServer;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A server for which the bad tokens are made; each subclass has its own. */
abstract class TokensBench {
    static TestServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = TestServer.start(BadTokens.settings(folder));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<String> kinds() {
        return BadTokens.kinds();
    }
}
