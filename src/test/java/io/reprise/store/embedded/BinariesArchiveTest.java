package io.reprise.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinariesArchiveTest {
    @ParameterizedTest
    @CsvSource({
        "Linux,    amd64,   false, postgres-linux-x86_64.txz",
        "Linux,    aarch64, false, postgres-linux-arm_64.txz",
        "Linux,    amd64,   true,  postgres-linux-x86_64-alpine_linux.txz",
        "Mac OS X, x86_64,  false, postgres-darwin-x86_64.txz",
        "Mac OS X, aarch64, false, postgres-darwin-arm_64.txz"
    })
    void the_archive_is_named_after_system_and_processor(String os, String arch, boolean alpine, String name) {
        assertThat(BinariesArchive.resourceName(os, arch, alpine)).contains(name);
    }

    @Test
    void an_unknown_system_or_processor_has_no_archive() {
        assertThat(BinariesArchive.resourceName("Windows 11", "amd64", false)).isEmpty();
        assertThat(BinariesArchive.resourceName("Linux", "riscv64", false)).isEmpty();
    }
}
