package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.reprise.testing.Gate;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser: how a person uses it, and what it must never do. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageIT {
    private static final String HOSTILE = """
            /echo ## A heading

            <img src=x onerror="window.harmed = 1"><script>window.harmed = 1</script>
            [a link](javascript:window.harmed=1) and <a href="javascript:window.harmed=1">another</a>
            ![an image](https://example.org/spy.png) <iframe src="https://example.org"></iframe>
            <style>body { display: none }</style>

            | name | number |
            |------|-------:|
            | one  |      1 |

            ```java
            public class Answer {}
            ```
            """;

    private static final Gate GATE = new Gate();

    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of(), GATE);

    @Test
    void an_answer_is_shown_as_markdown_and_nothing_in_it_runs() {
        Tab tab = BENCH.open();

        tab.ask(HOSTILE);

        assertThat(tab.answer().locator("h2")).hasText("A heading");
        assertThat(tab.answer().locator("td").last()).hasText("1");
        assertThat(tab.answer().locator("pre .hljs-keyword").first()).hasText("public");
        assertThat(tab.answer()).containsText("<script>window.harmed = 1</script>");
        assertThat(tab.answer().locator("script, img, iframe, style, [onerror], [href^=javascript]"))
                .hasCount(0);
        assertThat(tab.page().evaluate("window.harmed")).isNull();
        assertThat(tab.chats()).containsText("/echo ## A heading <img src=x onerror");
        tab.assertClean();
    }

    @Test
    void a_tool_and_thoughts_are_shown_and_can_be_opened() {
        Tab tab = BENCH.open();

        tab.ask("/tool time {\"zone\":\"Europe/Berlin\"}");
        tab.ask("/think 5");

        Locator card = tab.page().locator(".tool-card");
        assertThat(card.locator("summary")).containsText("time");
        assertThat(card.locator("summary")).containsText("Done");
        card.locator("summary").click();
        assertThat(card.locator(".tool-body")).containsText("Europe/Berlin");
        tab.page().locator(".reasoning summary").click();
        assertThat(tab.page().locator(".reasoning-text")).containsText("t1 t2 t3 t4 t5");
        tab.assertClean();
    }

    @Test
    void a_failure_is_shown_and_the_next_message_is_accepted() {
        Tab tab = BENCH.open();

        tab.ask("/fail 429");
        assertThat(tab.outcome()).containsText("The rate limit of the model provider was reached");
        tab.ask("/echo all is well");

        assertThat(tab.answer()).hasText("all is well");
        tab.assertClean();
    }

    @Test
    void later_readers_see_the_same_outcome_of_a_run() {
        Tab tab = BENCH.open();
        tab.ask("/fail 429");
        tab.say("/hang");
        tab.stop();
        assertThat(tab.outcome()).hasCount(2);
        assertThat(tab.outcome().last()).hasText("Stopped");

        Tab later = BENCH.open(tab.url());

        assertThat(later.outcome()).hasText(tab.outcome().allTextContents().toArray(String[]::new));
        tab.assertClean();
        later.assertClean();
    }

    @Test
    void an_answer_is_stopped_from_another_tab() {
        Tab first = BENCH.open();
        first.say("/stream 100000 40");
        first.awaitAnswer("w20 ");
        Tab second = BENCH.open(first.url());
        second.awaitAnswer("w20 ");

        second.stop();

        for (Tab tab : new Tab[] {first, second}) {
            assertThat(tab.outcome()).hasText("Stopped");
            tab.awaitIdle();
        }
        assertThat(first.answer()).hasText(second.answerText());
        assertThat(second.composer()).isFocused();
        first.assertClean();
        second.assertClean();
    }

    @Test
    void a_waiting_message_is_edited_and_removed() {
        Tab tab = BENCH.open();
        tab.say("/hang");
        assertThat(tab.button("Stop")).isVisible();
        tab.say("a first thought");
        assertThat(tab.chips()).hasText("a first thought");
        Tab other = BENCH.open(tab.url());
        assertThat(other.chips()).hasText("a first thought");

        tab.button("Edit queued message").click();
        Locator editor = tab.page().getByLabel("Queued message", new Page.GetByLabelOptions().setExact(true));
        assertThat(editor).isFocused();
        editor.fill("a second thought");
        editor.press("Enter");
        assertThat(other.chips()).hasText("a second thought");

        other.button("Remove queued message").click();
        assertThat(tab.chips()).hasCount(0);
        tab.page().keyboard().press("Escape");
        assertThat(tab.outcome()).hasText("Stopped");
        assertThat(tab.page().locator(".message.user")).hasCount(1);
        tab.assertClean();
        other.assertClean();
    }

    @Test
    void a_waiting_message_is_answered_when_its_turn_comes() {
        Tab tab = BENCH.open();
        tab.say("/hang");
        assertThat(tab.button("Stop")).isVisible();
        tab.say("/echo now me");
        assertThat(tab.chips()).hasCount(1);

        tab.stop();

        assertThat(tab.answer()).hasText("now me");
        assertThat(tab.chips()).hasCount(0);
        tab.assertClean();
    }

    @Test
    void reload_keeps_the_session() {
        Tab tab = BENCH.open();
        tab.ask("/echo remember **this**");
        String address = tab.url();

        tab.page().reload();

        tab.awaitConnected();
        assertThat(tab.answer()).hasText("remember this");
        assertThat(tab.page().locator(".message.user .bubble")).hasText("/echo remember **this**");
        assertThat(tab.url()).isEqualTo(address);
        assertThat(tab.chats()).hasText("/echo remember this");
        tab.assertClean();
    }

    @Test
    void an_answer_to_another_chat_is_marked_until_it_is_read() {
        Tab tab = BENCH.open();
        tab.say(Gate.CALL);
        assertThat(tab.page().locator(".tool-card.running")).isVisible();
        String session = tab.session();

        tab.page().keyboard().press("Control+Shift+O");
        assertThat(tab.composer()).isFocused();
        tab.ask("/echo meanwhile");
        Locator unread = tab.page().locator(".session.unread");
        assertThat(unread).hasCount(0);
        GATE.open(session);

        assertThat(unread).containsText(Gate.CALL);
        assertThat(tab.page()).hasTitle(Pattern.compile("\\(1\\) .*Reprise"));
        unread.locator("a").click();
        assertThat(unread).hasCount(0);
        assertThat(tab.answer()).containsText("opened");
        tab.assertClean();
    }

    @Test
    void a_chat_that_was_deleted_in_another_tab_is_gone() {
        Tab tab = BENCH.open();
        tab.ask("/echo short lived");
        Tab other = BENCH.open(tab.url());
        assertThat(other.answer()).hasText("short lived");

        tab.page().locator(".session").hover();
        tab.button("Menu of /echo short lived").click();
        tab.menuItem("Delete…").click();
        tab.button("Delete it").click();

        assertThat(tab.chats()).hasCount(0);
        assertThat(other.page().locator(".missing")).isVisible();
        assertThat(other.chats()).hasCount(0);
        tab.assertClean();
        other.assertClean();
    }

    @Test
    void a_server_without_development_tokens_asks_for_a_token(@TempDir Path folder) throws IOException {
        String secret = "0123456789abcdef0123456789abcdef";
        Path file = Files.writeString(folder.resolve("secret"), secret);
        try (TestServer strict = TestServer.start(Map.of("auth.mode", "jwt", "auth.secret", "file:" + file))) {
            Page page = BENCH.person().newPage();
            page.navigate(strict.url());
            assertThat(page.locator(".sign-in h1")).hasText("Sign in to Reprise");

            page.getByLabel("Access token").fill("nonsense");
            page.keyboard().press("Enter");
            assertThat(page.locator("#token-error")).not().isEmpty(); // said where it can be put right
            page.getByLabel("Access token").fill(token(secret, "grace"));
            page.keyboard().press("Enter");

            assertThat(page.locator(".connection")).hasText("Connected");
            assertThat(page.locator(".user-name")).containsText("grace");
            assertThat(page.locator(".session-list")).hasText("Your chats will be here.");
            assertThat(page.evaluate("Object.keys(sessionStorage).join()"))
                    .isEqualTo("reprise.person"); // the token is a cookie now
            assertThat(page.evaluate("document.cookie")).isEqualTo(""); // that no script can read

            Page other = BENCH.person().newPage();
            other.navigate(strict.url());
            assertThat(other.locator(".connection")).hasText("Connected");
            other.locator(".user-button").click();
            other.locator(".sign-out").click();
            assertThat(other.locator(".sign-in")).isVisible();
            assertThat(page.locator(".sign-in")).isVisible(); // the other tab is told
            page.reload();
            assertThat(page.locator(".sign-in")).isVisible();
        }
    }

    /** Symptom: after an expired token, the next sign-in of the same user found neither chat nor drafts. */
    @Test
    void drafts_and_place_hold_when_the_same_person_signs_in_again(@TempDir Path folder) throws IOException {
        String secret = "0123456789abcdef0123456789abcdef";
        Path file = Files.writeString(folder.resolve("secret"), secret);
        try (TestServer strict = TestServer.start(Map.of("auth.mode", "jwt", "auth.secret", "file:" + file))) {
            Page page = BENCH.person().newPage();
            page.navigate(strict.url());
            signIn(page, token(secret, "grace"));
            page.locator("#message").fill("/echo first");
            page.keyboard().press("Enter");
            assertThat(page.locator("markdown-text")).hasText("first");
            String place = page.url();
            page.locator("#message").fill("not sent yet");
            BENCH.person().clearCookies(); // as if the token had ended
            page.reload();
            assertThat(page.locator(".sign-in")).isVisible();

            signIn(page, token(secret, "grace"));
            assertThat(page.locator("markdown-text")).hasText("first");
            assertThat(page.url()).isEqualTo(place);
            assertThat(page.locator("#message")).hasValue("not sent yet");

            BENCH.person().clearCookies();
            page.reload();
            signIn(page, token(secret, "mallory"));
            assertThat(page.locator("#message")).hasValue("");
            page.navigate(place);
            assertThat(page.locator(".missing")).isVisible();
            assertThat(page.locator("#message")).hasValue("");
        }
    }

    /** Symptom: a sign-in ended without a word, also in the middle of a sentence. */
    @Test
    void the_end_of_a_sign_in_is_told_before_and_a_new_one_keeps_what_is_written(@TempDir Path folder)
            throws IOException {
        String secret = "0123456789abcdef0123456789abcdef";
        Path file = Files.writeString(folder.resolve("secret"), secret);
        try (TestServer strict = TestServer.start(Map.of("auth.mode", "jwt", "auth.secret", "file:" + file))) {
            Page page = BENCH.person().newPage();
            page.navigate(strict.url());
            signIn(page, token(secret, "grace", 115));
            page.locator("#message").fill("not sent yet");
            assertThat(page.locator(".sign-in-note")).containsText("Your sign-in ends");

            page.locator(".sign-in-note button").click();
            page.locator("#user-token").fill(token(secret, "grace"));
            page.locator("#dialog .primary").click();

            assertThat(page.locator(".sign-in-note")).hasCount(0);
            assertThat(page.locator(".connection")).hasText("Connected");
            assertThat(page.locator("#message")).hasValue("not sent yet");
        }
    }

    private static void signIn(Page page, String token) {
        page.getByLabel("Access token").fill(token);
        page.keyboard().press("Enter");
        assertThat(page.locator(".connection")).hasText("Connected");
    }

    @Test
    void on_a_phone_the_list_opens_and_closes_by_keyboard() {
        try (BrowserContext phone = BENCH.browser().personOnPhone("phone")) {
            Tab tab = BENCH.browser().open(phone, BENCH.server().url());
            Locator drawer = tab.page().locator(".sidebar-holder");
            Locator opener = tab.page().locator("#open-drawer");
            assertThat(drawer).isHidden();

            opener.focus();
            tab.page().keyboard().press("Enter");
            assertThat(drawer).isVisible();
            assertThat(tab.page().locator(".new-chat")).isFocused();

            tab.page().keyboard().press("Escape");
            assertThat(drawer).isHidden();
            assertThat(opener).isFocused();
            assertThat(tab.page().evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            tab.assertClean();
        }
    }

    /** As an identity provider would make it: HS256, valid for an hour. */
    private static String token(String secret, String user) {
        return token(secret, user, 3_600);
    }

    private static String token(String secret, String user, long seconds) {
        long expires = Instant.now().plusSeconds(seconds).getEpochSecond();
        String signed = base64(Map.of("alg", "HS256", "typ", "JWT"))
                + "."
                + base64(Map.of("iss", "reprise", "sub", user, "exp", expires));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(Map<String, Object> part) {
        return base64(new JsonObject(part).encode().getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
