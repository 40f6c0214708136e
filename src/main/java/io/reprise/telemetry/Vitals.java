package io.reprise.telemetry;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.List;

/**
 * How a node is at the moment.
 *
 * @param upMs time since the process started
 */
public record Vitals(long upMs, List<Loop> loops, List<Pool> pools, Memory memory) {
    /**
     * An event loop.
     *
     * @param lagMs the longest delay of a task within the last seconds
     */
    public record Loop(String name, long lagMs) {}

    /**
     * Connections to the database.
     *
     * @param connections open ones
     * @param connectionsMax the most that may be open
     * @param underWay statements and transactions that run or wait for a connection
     */
    public record Pool(String name, int connections, int connectionsMax, int underWay) {}

    /**
     * What has happened to shards of this node since it started.
     *
     * @param taken those that nobody owned
     * @param given back to other nodes
     * @param lost to nodes that took this one for dead
     * @param lateWrites refused by the database, because another node owns the shard
     * @param lostHints times a live reader learned late of events, because a message of the bus was lost
     */
    public record Shards(long taken, long given, long lost, long lateWrites, long lostHints) {}

    /** @param otherBytes used by the Java platform outside the heap, as far as it knows */
    public record Memory(long heapUsedBytes, long heapMaxBytes, long otherBytes) {
        static Memory now() {
            MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
            return new Memory(
                    memory.getHeapMemoryUsage().getUsed(),
                    memory.getHeapMemoryUsage().getMax(),
                    memory.getNonHeapMemoryUsage().getUsed());
        }
    }

    /** With what the Java platform knows. */
    public static Vitals of(List<Loop> loops, List<Pool> pools) {
        return new Vitals(ManagementFactory.getRuntimeMXBean().getUptime(), loops, pools, Memory.now());
    }
}
