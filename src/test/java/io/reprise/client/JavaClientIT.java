package io.reprise.client;

import java.util.List;

/** The scenarios with the Java client. */
class JavaClientIT extends ClientScenarios {
    @Override
    ClientDriver client(String url, List<String> tokens) {
        return new JavaDriver(url, tokens);
    }
}
