package io.reprise.tool;

import java.util.List;
import java.util.Set;

/** Port: tools that other servers offer. Thread-safe. */
@FunctionalInterface
public interface RemoteTools {
    RemoteTools NONE = (servers, taken, user) -> List.of();

    /**
     * The tools of these servers as far as they are known. Waits for those that are not known yet, but never longer than a
     * limit, so that a server which does not answer delays a run a little and takes nothing from the other servers.
     *
     * @param servers names of entries of the catalogue
     * @param taken names of other tools; none of the result has one of these
     * @param user who uses the tools; to some servers each user signs in
     */
    List<Tool> of(List<String> servers, Set<String> taken, String user) throws InterruptedException;
}
