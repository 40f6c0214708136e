package io.reprise.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reprise.mcp.SignInBrowser.Way;
import io.reprise.mcp.signin.McpSignIns.Return;
import io.reprise.mcp.signin.SignInFailure;
import io.reprise.support.StopSignal;
import io.reprise.tool.AskingException;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolCall.Answer;
import io.reprise.tool.ToolCall.Continued;
import io.reprise.tool.ToolFailure;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The way to an authorization server and back, and ways that are refused. */
@Timeout(300)
class McpSignInWayIT {
    private static final String DESCRIPTION = "https://conformance-test.local/client-metadata.json";

    private final FakeMcp mcp = FakeMcp.start(true);
    private final FakeAuthority authority = new FakeAuthority();
    private final McpBench bench = new McpBench();
    private final SignInBrowser ada = new SignInBrowser(bench.signIns, "ada");
    private final SignInBrowser eve = new SignInBrowser(bench.signIns, "eve");

    @BeforeEach
    void begin() {
        authority.guard(mcp);
        house(Map.of());
    }

    @AfterEach
    void end() {
        bench.close();
        authority.close();
        mcp.close();
    }

    private void house(Map<String, Object> oauth) {
        Map<String, Object> body = new HashMap<>(Map.of("url", mcp.url(), "auth", "oauth"));
        if (!oauth.isEmpty()) body.put("oauth", oauth);
        bench.with("house", body);
    }

    // --- ways back that are refused

    @Test
    void another_issuer_is_refused_before_its_code_is_used() throws SignInFailure {
        Way way = ada.begin("house", "");
        Return back = way.back();

        assertRefused(ada, new Way(new Return(back.state(), back.code(), null, "https://evil.example"), way.binding()));

        assertThat(authority.tokenRequests).isEmpty();
    }

    @Test
    void no_issuer_is_refused_if_the_authorization_server_names_itself() throws SignInFailure {
        Way way = ada.begin("house", "");
        Return back = way.back();

        assertRefused(ada, new Way(new Return(back.state(), back.code(), null, null), way.binding()));

        assertThat(authority.tokenRequests).isEmpty();
    }

    @Test
    void a_state_is_good_once() throws SignInFailure {
        Way way = ada.begin("house", "");
        ada.finish(way);

        assertRefused(ada, way);

        assertThat(authority.tokenRequests).hasSize(1);
    }

    @Test
    void another_browser_is_refused_and_has_used_up_the_state() throws SignInFailure {
        Way hers = ada.begin("house", "");
        Way other = eve.begin("house", "");

        assertRefused(eve, new Way(hers.back(), other.binding()));
        assertRefused(ada, hers);

        assertThat(authority.tokenRequests).isEmpty();
    }

    @Test
    void a_sign_in_is_refused_if_the_address_of_the_server_was_changed_meanwhile() throws SignInFailure {
        Way way = ada.begin("house", "");
        bench.with("house", Map.of("url", mcp.url() + "?other", "auth", "oauth"));

        assertThatThrownBy(() -> ada.finish(way)).hasMessageContaining("was changed meanwhile");

        assertThat(authority.tokenRequests).isEmpty();
    }

    private static void assertRefused(SignInBrowser browser, Way way) {
        SignInFailure failure = catchThrowableOfType(SignInFailure.class, () -> browser.finish(way));
        assertThat(failure).isNotNull();
        assertThat(failure.isSuspect()).as(failure.getMessage()).isTrue();
    }

    // --- which client this server is

    @Test
    void this_server_is_a_client_by_its_address_if_the_authorization_server_reads_it() throws SignInFailure {
        authority.document = json -> json.put("client_id_metadata_document_supported", true);

        ada.signIn("house", "");

        assertThat(authority.registered).isEmpty();
        assertThat(authority.tokenRequests.getFirst())
                .containsEntry("client_id", DESCRIPTION)
                .doesNotContainKey("basic");
        JsonObject described =
                new JsonObject(bench.signIns.description().orElseThrow().toString());
        assertThat(described.getString("client_id")).isEqualTo(DESCRIPTION);
        assertThat(described.getJsonArray("redirect_uris"))
                .containsExactly("https://conformance-test.local/oauth/callback");
        assertThat(described.getJsonArray("grant_types")).contains("refresh_token");
        assertThat(described.getString("token_endpoint_auth_method")).isEqualTo("none");
    }

    @Test
    void this_server_registers_itself_if_the_operator_says_so() throws SignInFailure {
        authority.document = json -> json.put("client_id_metadata_document_supported", true);
        house(Map.of("register", true));

        ada.signIn("house", "");

        assertThat(authority.registered).hasSize(1);
        assertThat(authority.tokenRequests.getFirst()).containsEntry("client_id", "client-1");
    }

    // --- scopes

    @Test
    void more_scopes_are_asked_for_together_with_those_that_were_allowed_before() throws SignInFailure {
        ada.signIn("house", "write");
        ada.signIn("house", "admin");

        assertThat(scopes()).containsExactlyInAnyOrder("read", "write", "admin");
    }

    @Test
    void a_list_that_needs_more_scopes_asks_for_them_and_loses_no_token() throws Exception {
        ada.signIn("house", "");
        mcp.methods.put(
                "tools/list",
                asked -> asked.response()
                        .setStatusCode(403)
                        .putHeader("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"list\"")
                        .end());

        Tool signIn = bench.tools("house").getFirst();
        AskingException asking = catchThrowableOfType(
                AskingException.class, () -> signIn.call(new ToolCall("call_1", "s_1", "ada", "{}"), new StopSignal()));

        assertThat(asking.inquiry().url()).endsWith("?scope=list");
        assertThat(authority.tokenRequests).as("nothing was renewed").hasSize(1);
        mcp.methods.remove("tools/list");
        ada.visit("house", asking.inquiry().url());
        assertThat(bench.names("house")).contains("house_of_ada");
        assertThat(scopes()).containsExactlyInAnyOrder("read", "list");
    }

    @Test
    void a_call_that_is_refused_after_each_sign_in_fails_in_the_end() throws Exception {
        ada.signIn("house", "");
        mcp.calls.put(
                "echo",
                asked -> asked.response()
                        .setStatusCode(403)
                        .putHeader("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"never\"")
                        .end());
        Tool echo = bench.tools("house").stream()
                .filter(tool -> tool.name().equals("house_echo"))
                .findFirst()
                .orElseThrow();

        int asked = 0;
        ToolCall call = McpBench.call("{}");
        ToolFailure failed = null;
        while (failed == null && asked < 20) {
            try {
                echo.call(call, new StopSignal());
            } catch (AskingException asking) {
                asked++;
                ada.visit("house", asking.inquiry().url());
                call = call.from(new Continued(asking.state(), Answer.ACCEPT, null, asking.held()));
            } catch (ToolFailure failure) {
                failed = failure;
            }
        }

        assertThat(asked).isEqualTo(2);
        assertThat(failed).isNotNull();
    }

    /** Of the newest token. */
    private List<String> scopes() {
        String scope = authority.tokens.values().stream()
                .map(grant -> grant.get("scope"))
                .max(java.util.Comparator.comparingInt(String::length))
                .orElseThrow();
        return List.of(scope.split(" "));
    }
}
