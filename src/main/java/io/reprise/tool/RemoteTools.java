package io.reprise.tool;

import io.reprise.message.Cause.CallerToken;
import java.util.List;
import java.util.Set;

/** Port: tools that other servers offer. Thread-safe. */
@FunctionalInterface
public interface RemoteTools {
    /**
     * Who uses tools.
     *
     * @param user to some servers each user signs in
     * @param token with which the person asked; null if nobody is there, or the request had none
     */
    record Asker(String user, CallerToken token) {}

    RemoteTools NONE = (servers, taken, asker) -> List.of();

    /**
     * The tools of these servers as far as they are known. Waits for those that are not known yet, but never longer than a
     * limit, so that a server which does not answer delays a run a little and takes nothing from the other servers.
     *
     * @param servers names of entries of the catalogue
     * @param taken names of other tools; none of the result has one of these
     * @param asker who uses the tools; some servers are told
     */
    List<Tool> of(List<String> servers, Set<String> taken, Asker asker) throws InterruptedException;
}
