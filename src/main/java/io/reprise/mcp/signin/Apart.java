package io.reprise.mcp.signin;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Work that blocks, on a thread of its own. */
final class Apart {
    private Apart() {}

    /** Fails as the work does; what others describe in an odd way is a {@link SignInFailure}. */
    static <T> CompletableFuture<T> run(String what, Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofVirtual().name("mcp sign-in " + what).start(() -> {
            try {
                done.complete(work.call());
            } catch (IllegalArgumentException e) {
                done.completeExceptionally(
                        SignInFailure.of("The MCP server describes its sign-in in a way that cannot be used.", e));
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }
}
