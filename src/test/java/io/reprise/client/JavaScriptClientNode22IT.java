package io.reprise.client;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.reprise.testing.NodeVersions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;

/** The scenarios with the JavaScript client and the WebSocket of Node 22. */
class JavaScriptClientNode22IT extends ClientScenarios {
    private static Optional<Path> node;

    @BeforeAll
    static void find() {
        node = NodeVersions.find(22);
        assumeThat(node).as("there is Node 22").isPresent();
    }

    @Override
    ClientDriver client(String url, List<String> tokens) {
        return NodeDriver.withItsOwn(node.orElseThrow(), url, tokens);
    }
}
