package io.reprise.catalog;

import java.util.List;

/** Port: which tools agents may use. */
@FunctionalInterface
public interface AgentTools {
    /** The names of the tools of an agent; empty if it cannot be used. */
    List<String> of(String agent);
}
