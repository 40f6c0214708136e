package io.reprise.mcp.channel;

import io.reprise.mcp.channel.McpChannel.Inquirer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The calls under way on a channel, for questions that do not say to which of them they belong. If the calls are of several
 * sessions, none of them gets the question: it could reach the wrong person. Thread-safe.
 */
final class Inquirers {
    private final List<Inquirer> underWay = new CopyOnWriteArrayList<>();

    void add(Inquirer one) {
        if (one != Inquirer.NONE) underWay.add(one);
    }

    void remove(Inquirer one) {
        underWay.remove(one);
    }

    /** The newest call, if all are of the same session. */
    Optional<Inquirer> only() {
        List<Inquirer> now = List.copyOf(underWay);
        long owners = now.stream().map(Inquirer::owner).distinct().count();
        return owners == 1 ? Optional.of(now.getLast()) : Optional.empty();
    }
}
