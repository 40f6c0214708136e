package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {
    @ParameterizedTest
    @CsvSource({
        "Trip to Lisbon, Trip-to-Lisbon.md, Trip-to-Lisbon.md",
        "Grüße aus Köln, Grue-aus-Koln.md, Gr%C3%BC%C3%9Fe-aus-K%C3%B6ln.md",
        "../../etc/passwd, etc-passwd.md, etc-passwd.md",
        "日本, conversation.md, %E6%97%A5%E6%9C%AC.md",
        "' ', conversation.md, conversation.md",
    })
    void a_title_becomes_a_file_name_for_old_and_new_clients(String title, String plain, String encoded) {
        String expected =
                "attachment; filename=\"" + plain.replace("Grue", "Gru-e") + "\"; filename*=UTF-8''" + encoded;
        assertThat(FileName.disposition(title, "md")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"b", "x\r\nSet-Cookie: y", "a;b=c", "\u202Efdp.exe"})
    void a_title_cannot_break_out_of_the_file_name(String title) {
        assertThat(FileName.disposition(title, "md"))
                .matches("attachment; filename=\"[A-Za-z0-9.-]+\"; filename\\*=UTF-8''[A-Za-z0-9.%-]+");
    }
}
