package io.reprise.client;

import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/** A listener whose errors do not reach the client. */
record Isolated(SessionListener listener, Consumer<RuntimeException> failed) implements SessionListener {
    @Override
    public void attached(JsonObject verdict) {
        run(() -> listener.attached(verdict));
    }

    @Override
    public void snapshot(JsonObject snapshot) {
        run(() -> listener.snapshot(snapshot));
    }

    @Override
    public void event(JsonObject frame) {
        run(() -> listener.event(frame));
    }

    @Override
    public void live(long seq) {
        run(() -> listener.live(seq));
    }

    @Override
    public void notice(JsonObject frame) {
        run(() -> listener.notice(frame));
    }

    @Override
    public void reattaching(String why) {
        run(() -> listener.reattaching(why));
    }

    @Override
    public void failed(CommandException error) {
        run(() -> listener.failed(error));
    }

    private void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            failed.accept(e);
        }
    }
}
