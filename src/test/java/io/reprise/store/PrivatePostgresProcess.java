package io.reprise.store;

import java.io.IOException;
import java.nio.file.Path;

/** A server process for tests that kill it: starts the private PostgreSQL, says so, and waits for its input to end. */
final class PrivatePostgresProcess {
    private PrivatePostgresProcess() {}

    public static void main(String[] args) throws IOException {
        try {
            PrivatePostgres postgres = PrivatePostgres.start(Path.of(args[0]), 0);
            System.out.println("READY " + postgres.uri().reveal());
            while (System.in.read() >= 0) {
                continue;
            }
            postgres.stop();
            System.out.println("STOPPED");
        } catch (StoreStartException refused) {
            System.out.println("REFUSED " + refused.getMessage());
        }
    }
}
