package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.rest.ContractCheck;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.Failure;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage.Request;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The REST API of a gateway whose sessions and stores the test plays. */
abstract class RestBench {
    static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path webroot;

    GatewayFixture server;

    final List<Request> requests = new ArrayList<>();

    @AfterEach
    void close() {
        if (server != null) server.close();
    }

    void start(String... overrides) {
        // The files of a test are not a page made by the build.
        List<String> all = new ArrayList<>(List.of("server.webroot", webroot.toString(), "server.builtPage", "false"));
        all.addAll(List.of(overrides));
        server = new GatewayFixture(all.toArray(String[]::new));
        server.sessions.on(owner -> owner.commands = (fake, request) -> {
            requests.add(request);
            return new Delivery.Answer(fake.number, request.replyTo().ticket(), outcome(request));
        });
    }

    static CommandOutcome outcome(Request request) {
        if (request.session().equals("foreign")) return new CommandOutcome.Refused(Failure.notFound());
        CommandResult result = switch (request.command()) {
            case Command.Create create -> new CommandResult.Created(request.session(), "e1");
            case Command.Fork fork -> new CommandResult.Created(request.session(), "e1");
            case Command.Send send -> new CommandResult.Sent("m1", CommandResult.Status.QUEUED, null);
            case Command.Stop stop -> new CommandResult.Stopped(List.of(), List.of());
            case Command.Answer answer -> new CommandResult.Answered(null, List.of("i2"));
            case Command.Unqueue unqueue -> new CommandResult.Done();
            case Command.Requeue requeue -> new CommandResult.Done();
            case Command.BeginCall begin -> new CommandResult.Done();
            case Command.EndCall end -> new CommandResult.Done();
            case Command.PushCall push -> new CommandResult.Done();
            case Command.Update update -> new CommandResult.Updated(update.title());
            case Command.Regenerate regenerate when regenerate.checkpoint() != null -> new CommandResult.Resumed("r2");
            case Command.Regenerate regenerate -> CommandResult.Sent.started("m2", "r2");
            case Command.Clear clear -> new CommandResult.Done();
            case Command.Delete delete -> new CommandResult.Done();
            default -> throw new AssertionError("not asked for here: " + request.command());
        };
        return new CommandOutcome.Accepted(result, false);
    }

    void message(String id, long seq, String text) {
        row(seq, new LogEvent.TextStart(id, Role.USER, null));
        server.rows.rows.add(new LogRow.Segment(
                seq + 1, seq + 1, "r1", LogEvent.TEXT_CONTENT, id, text, new int[] {text.length()}, 0));
        row(seq + 2, new LogEvent.TextEnd(id));
    }

    void row(long seq, LogEvent event) {
        server.rows.rows.add(new LogRow.Single(seq, "r1", EventJson.type(event), EventJson.of(event), 0));
    }

    HttpRequest.Builder api(String method, String path, String body) {
        return request(method, "/api/v1" + path, body)
                .header("Authorization", "Bearer " + server.token("me"))
                .header("Content-Type", "application/json");
    }

    HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return ContractCheck.checked(HTTP.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static void assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
        JsonObject problem = json(response);
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getString("type")).isEqualTo("about:blank");
        assertThat(problem.getString("title")).isNotBlank();
        assertThat(problem.getString("message")).isNotBlank();
        assertThat(problem.getBoolean("retryable")).isNotNull();
    }

    static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
