package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/**
 * Machines in one network, each a network namespace, where what one sends to another can be lost without notice. The
 * tests are in that network, too, and always reach all of them. Only root on Linux can make one.
 */
public final class CutNetwork implements AutoCloseable {
    private static final String NAME = "reprise-cut-";
    private static final long PID = ProcessHandle.current().pid();
    private static final String BRIDGES = "rpb";
    private static final String BRIDGE = BRIDGES + PID;

    /** Nobody has this address. */
    private static final String NOWHERE = "02:00:00:00:00:fe";

    private static final int FIRST_HOST = 11;

    /** A network for measurements (RFC 2544), which no machine is in otherwise. */
    private final String prefix = "198.18." + ThreadLocalRandom.current().nextInt(1, 255) + ".";

    private final int machines;

    private CutNetwork(int machines) {
        this.machines = machines;
    }

    /** Skips the test where none can be made; removes what a killed process of tests has left. */
    public static CutNetwork of(int machines) {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root can make network namespaces");
        Assumptions.assumeTrue(Programs.has("ip"), "network namespaces need ip, of the package iproute2");
        removeRemains();
        CutNetwork network = new CutNetwork(machines);
        try {
            network.make();
            return network;
        } catch (RuntimeException | AssertionError e) {
            network.close();
            throw e;
        }
    }

    private void make() {
        Shell.Ended made = ip("link", "add", BRIDGE, "type", "bridge");
        Assumptions.assumeTrue(made.code() == 0, "no bridge can be made here: " + made.err());
        done("addr", "add", gateway() + "/24", "dev", BRIDGE);
        done("link", "set", BRIDGE, "up");
        for (int i = 0; i < machines; i++) {
            Shell.Ended added = ip("netns", "add", namespace(i));
            Assumptions.assumeTrue(added.code() == 0, "no network namespace can be made here: " + added.err());
            done("link", "add", link(i), "type", "veth", "peer", "name", "e0", "netns", namespace(i));
            done("link", "set", link(i), "master", BRIDGE, "up");
            done("-n", namespace(i), "addr", "add", host(i) + "/24", "dev", "e0");
            done("-n", namespace(i), "link", "set", "e0", "up");
            done("-n", namespace(i), "link", "set", "lo", "up");
        }
    }

    /** The address of the tests. */
    public String gateway() {
        return prefix + 1;
    }

    public List<Place> places() {
        return IntStream.range(0, machines)
                .mapToObj(i -> new Place(List.of("ip", "netns", "exec", namespace(i)), host(i)))
                .toList();
    }

    private String host(int i) {
        return prefix + (FIRST_HOST + i);
    }

    private static String namespace(int i) {
        return NAME + PID + "-" + i;
    }

    private static String link(int i) {
        return "rpv" + PID + "-" + i;
    }

    /** What that machine sends to the other ones is lost. */
    public void mute(int machine) {
        for (int i = 0; i < machines; i++) if (i != machine) lose(machine, i);
    }

    /** What the other machines send to that one is lost. */
    public void deafen(int machine) {
        for (int i = 0; i < machines; i++) if (i != machine) lose(i, machine);
    }

    private void lose(int from, int to) {
        done("-n", namespace(from), "neigh", "replace", host(to), "lladdr", NOWHERE, "dev", "e0", "nud", "permanent");
    }

    /** Everything arrives again. */
    public void heal() {
        for (int i = 0; i < machines; i++) {
            for (int j = 0; j < machines; j++) {
                // What a machine still sends makes a new entry, with the true address.
                if (i != j) ip("-n", namespace(i), "neigh", "del", host(j), "dev", "e0");
            }
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < machines; i++) remove(namespace(i));
        ip("link", "del", BRIDGE);
    }

    private static void removeRemains() {
        for (String name : names("netns", "list")) {
            if (name.startsWith(NAME) && isOver(name.substring(NAME.length()).split("-")[0])) remove(name);
        }
        for (String name : names("-brief", "link", "show", "type", "bridge")) {
            if (name.startsWith(BRIDGES) && isOver(name.substring(BRIDGES.length()))) ip("link", "del", name);
        }
    }

    private static List<String> names(String... words) {
        return ip(words).out().lines().map(line -> line.split(" ")[0]).toList();
    }

    private static boolean isOver(String owner) {
        return Long.parseLong(owner) == PID
                || ProcessHandle.of(Long.parseLong(owner)).isEmpty();
    }

    /** With the servers in it, without which it would stay. */
    private static void remove(String namespace) {
        Arrays.stream(ip("netns", "pids", namespace).out().split("\\s+"))
                .filter(pid -> !pid.isEmpty())
                .forEach(pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
        ip("netns", "del", namespace);
    }

    private static void done(String... words) {
        Shell.Ended ended = ip(words);
        assertThat(ended.code()).as("ip %s: %s", List.of(words), ended.err()).isZero();
    }

    private static Shell.Ended ip(String... words) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        return Shell.run(Path.of("."), Map.of(), command);
    }
}
