package io.reprise.client;

import java.util.List;

/** The scenarios at the edges with the Java client. */
class JavaClientEdgesIT extends ClientEdgeScenarios {
    @Override
    ClientDriver client(String url, List<String> tokens) {
        return new JavaDriver(url, tokens);
    }
}
