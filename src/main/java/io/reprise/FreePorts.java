package io.reprise;

import io.reprise.Server.StartException;
import io.reprise.config.ServerSettings;
import io.reprise.config.cluster.ClusterSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Checks that the configured ports are free before the database is created or opened. */
record FreePorts(ServerSettings settings, ClusterSettings cluster) {
    /** @throws StartException naming the setting and what to do */
    void require() {
        require("server.port", "REPRISE_SERVER_PORT", settings.host(), settings.port());
        require(
                "server.managementPort",
                "REPRISE_SERVER_MANAGEMENT_PORT",
                settings.managementHost(),
                settings.managementPort());
        if (!cluster.enabled()) return;
        require("cluster.port", "REPRISE_CLUSTER_PORT", cluster.host(), cluster.port());
        require("cluster.busPort", "REPRISE_CLUSTER_BUS_PORT", cluster.host(), cluster.busPort());
    }

    private static void require(String key, String variable, String host, int port) {
        if (port == 0) return;
        try (ServerSocket socket = new ServerSocket()) {
            // Binds as the server does: connections in TIME_WAIT that an earlier server left do not count.
            socket.setReuseAddress(true);
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) throw new UnknownHostException("unknown host");
            socket.bind(address);
        } catch (IOException e) {
            throw new StartException(reason(key, variable, host, port, e), e);
        }
    }

    private static String reason(String key, String variable, String host, int port, IOException e) {
        String where = key + " " + port + " on " + host;
        boolean taken =
                e instanceof BindException && String.valueOf(e.getMessage()).contains("in use");
        return taken
                ? where + " is in use (" + variable + "=" + another(port) + " scripts/run)"
                : where + " cannot be used (" + e.getMessage() + "): choose another";
    }

    private static int another(int port) {
        return port == 9_000 ? 9_001 : 9_000;
    }
}
