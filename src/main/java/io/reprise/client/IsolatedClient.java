package io.reprise.client;

import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/** A listener of a client whose errors do not reach the client. */
record IsolatedClient(ClientListener listener, Consumer<RuntimeException> failed) implements ClientListener {
    @Override
    public void state(ConnectionState state) {
        run(() -> listener.state(state));
    }

    @Override
    public void welcome(JsonObject frame) {
        run(() -> listener.welcome(frame));
    }

    @Override
    public void notice(JsonObject frame) {
        run(() -> listener.notice(frame));
    }

    @Override
    public void goaway(JsonObject frame) {
        run(() -> listener.goaway(frame));
    }

    private void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            failed.accept(e);
        }
    }
}
