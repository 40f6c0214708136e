package io.reprise;

/** A node of a {@link io.reprise.command.local.LocalCluster}: it ends when the process that started it has ended, however that happened. */
public final class LocalNode {
    private static final int PARENT_GONE = 1;

    private LocalNode() {}

    public static void main(String[] args) {
        ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(PARENT_GONE)));
        Main.main(args);
    }
}
