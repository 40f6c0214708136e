package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.access.Identity;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may call operations that need a role. */
class RoleGuardIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static Vertx vertx;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        vertx = Vertx.vertx();
        Router router = Router.router(vertx);
        mount(router, "/admins", RoleGuard.forAdmins(ApiCall::answerNothing));
        mount(router, "/staff", RoleGuard.forStaff(ApiCall::answerNothing));
        HttpServer server = vertx.createHttpServer().requestHandler(router);
        port = server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(120, TimeUnit.SECONDS)
                .actualPort();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "/admins, admin, 204",
        "/admins, staff, 403",
        "/admins, user, 403",
        "/admins, Admin, 403",
        "/admins, '', 403",
        "/staff, admin, 204",
        "/staff, staff, 204",
        "/staff, user, 403",
        "/staff, '', 403"
    })
    void an_operation_for_a_role_is_refused_to_others(String path, String role, int status) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path + "?role=" + role))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 403) assertThat(answer.body()).contains("\"forbidden\"");
    }

    @ParameterizedTest
    @CsvSource({"/admins", "/staff"})
    void a_request_without_a_user_has_no_role(String path) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(403);
    }

    private static void mount(Router router, String path, Consumer<ApiCall> operation) {
        router.get(path).handler(context -> {
            String role = context.request().getParam("role");
            List<String> roles = role == null || role.isEmpty() ? List.of() : List.of(role);
            Identity caller = role == null ? null : new Identity("ada", roles, Long.MAX_VALUE);
            operation.accept(new ApiCall(context, caller, null));
        });
    }
}
