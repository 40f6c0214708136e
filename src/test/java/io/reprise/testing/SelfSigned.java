package io.reprise.testing;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Certificates that nobody trusts, made by the JDK's own tool. */
public final class SelfSigned {
    private static final String PASSWORD = "changeit";

    private SelfSigned() {}

    /** Its certificate is for localhost. */
    public static PfxOptions keyStore() {
        return keyStore("dns:localhost");
    }

    /** @param whose names of {@code SubjectAlternativeName}, for example {@code ip:127.0.0.1} */
    public static PfxOptions keyStore(String whose) {
        try {
            Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "tls");
            Path store = folder.resolve("localhost.p12");
            Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
            Process made = new ProcessBuilder(List.of(
                            keytool.toString(),
                            "-genkeypair",
                            "-alias",
                            "localhost",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=" + whose,
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD))
                    .inheritIO()
                    .start();
            if (made.waitFor() != 0) throw new IllegalStateException("keytool made no certificate");
            return new PfxOptions().setPath(store.toString()).setPassword(PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
