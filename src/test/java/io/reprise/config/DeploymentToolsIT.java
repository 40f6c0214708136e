package io.reprise.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reprise.testing.Ports;
import io.reprise.testing.Programs;
import io.reprise.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs that read the files for deployments accept them, where these programs are, and refuse broken ones. */
class DeploymentToolsIT {
    private static final Path DEPLOY = Path.of("conf", "deploy");

    @TempDir
    private Path folder;

    @Test
    void nginx_accepts_the_example() throws IOException {
        needs("nginx");
        needs("openssl");
        Path key = folder.resolve("key.pem");
        Path certificate = folder.resolve("certificate.pem");
        Shell.Ended made = run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        assertThat(made.code()).as(made.err()).isZero();
        // Also a test opens the ports.
        String site = Files.readString(DEPLOY.resolve("nginx.conf"))
                .replace("listen 80;", "listen 127.0.0.1:" + Ports.free() + ";")
                .replace("listen [::]:80;", "listen 127.0.0.1:" + Ports.free() + ";")
                .replace("listen 443 ", "listen 127.0.0.1:" + Ports.free() + " ")
                .replace("listen [::]:443 ", "listen 127.0.0.1:" + Ports.free() + " ")
                .replace("/etc/ssl/certs/chat.example.org.pem", certificate.toString())
                .replace("/etc/ssl/private/chat.example.org.key", key.toString());

        Shell.Ended whole = nginx(site);
        Shell.Ended broken = nginx(site.replace("proxy_buffering off;", "proxy_buffering maybe;"));

        assertThat(whole.code()).as(whole.err()).isZero();
        assertThat(whole.err()).doesNotContain("[warn]");
        assertThat(broken.code()).isNotZero();
    }

    private Shell.Ended nginx(String site) throws IOException {
        Path included = Files.writeString(folder.resolve("site.conf"), site);
        Path main = Files.writeString(folder.resolve("nginx.conf"), """
                pid %s;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    include %s;
                }
                """.formatted(folder.resolve("pid"), included));
        return run("nginx", "-t", "-p", folder.toString(), "-c", main.toString());
    }

    @Test
    void caddy_accepts_the_example() throws IOException {
        needs("caddy");
        String file = Files.readString(DEPLOY.resolve("Caddyfile"));

        Shell.Ended whole = caddy(file);
        Shell.Ended broken = caddy(file.replace("flush_interval -1", "flush_intervals -1"));

        assertThat(whole.code()).as(whole.err()).isZero();
        assertThat(whole.err()).doesNotContain("\"level\":\"warn\"");
        assertThat(broken.code()).isNotZero();
    }

    private Shell.Ended caddy(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("Caddyfile"), content);
        return run("caddy", "validate", "--adapter", "caddyfile", "--config", file.toString());
    }

    @Test
    void systemd_accepts_the_unit() throws IOException {
        needs("systemd-analyze");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String unit = Files.readString(DEPLOY.resolve("reprise.service"))
                .replace("ExecStart=/usr/bin/java", "ExecStart=" + java);

        Shell.Ended whole = systemd(unit);
        Shell.Ended broken = systemd(unit.replace("KillMode=mixed", "KillMood=mixed"));

        assertThat(whole.code()).as(whole.err()).isZero();
        assertThat(whole.err()).doesNotContain("reprise.service:");
        assertThat(broken.err()).contains("KillMood");
    }

    private Shell.Ended systemd(String content) throws IOException {
        Path unit = Files.writeString(folder.resolve("reprise.service"), content);
        return run("systemd-analyze", "verify", unit.toString());
    }

    @Test
    void prometheus_accepts_the_alerts() throws IOException {
        needs("promtool");
        String rules = Files.readString(Path.of("conf", "alerts", "reprise.yaml"));

        Shell.Ended whole = promtool(rules);
        Shell.Ended broken = promtool(rules.replaceFirst("expr: .*", "expr: up{"));

        assertThat(whole.code()).as(whole.out() + whole.err()).isZero();
        assertThat(whole.out()).contains("SUCCESS");
        assertThat(broken.code()).isNotZero();
    }

    private Shell.Ended promtool(String content) throws IOException {
        Path rules = Files.writeString(folder.resolve("rules.yaml"), content);
        return run("promtool", "check", "rules", rules.toString());
    }

    private static void needs(String program) {
        assumeTrue(Programs.has(program), program + " is not installed: its file is not checked by it");
    }

    private Shell.Ended run(String... command) {
        return Shell.run(folder, Map.of("HOME", folder.toString()), List.of(command));
    }
}
