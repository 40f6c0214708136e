package io.reprise.gateway;

import io.reprise.gateway.Authenticator.Authentication;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.Operation;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The REST interface: its paths, methods, parameters and bodies are those of {@link ApiContract}. A new operation is a
 * piece of {@code openapi.yaml} and a handler that is bound to its {@code operationId} by {@link #on}.
 */
final class Api {
    private static final String CALLER = "caller";

    private final ApiContract contract;
    private final Authenticator authenticator;
    private final CrossOrigin crossOrigin;
    private final BodyHandler bodies;
    private final Map<String, Consumer<ApiCall>> handlers = new HashMap<>();

    Api(ApiContract contract, Authenticator authenticator, OriginPolicy origins, int bodyBytesMax) {
        this.contract = contract;
        this.authenticator = authenticator;
        this.crossOrigin = new CrossOrigin(origins);
        this.bodies = BodyHandler.create(false).setBodyLimit(bodyBytesMax);
    }

    /** Binds an operation; called once the request was found to fit and its caller is known. */
    Api on(String operationId, Consumer<ApiCall> handler) {
        if (contract.model().operation(operationId) == null) throw new IllegalArgumentException(operationId);
        if (handlers.put(operationId, handler) != null) throw new IllegalArgumentException("twice: " + operationId);
        return this;
    }

    /** To be mounted at {@link ApiContract#BASE}. Every operation must have been bound. */
    Router router(Vertx vertx) {
        RouterBuilder builder = RouterBuilder.create(vertx, contract.model())
                .rootHandler(crossOrigin)
                .rootHandler(this::limit)
                .rootHandler(this::otherMethods);
        builder.getRoutes().forEach(this::bind);
        Router router = builder.createRouter();
        router.route().last().handler(this::nothing);
        return router;
    }

    private void bind(OpenAPIRoute route) {
        Operation operation = route.getOperation();
        Consumer<ApiCall> handler = handlers.get(operation.getOperationId());
        if (handler == null) throw new IllegalStateException("no handler for " + operation.getOperationId());
        RequestCheck check = new RequestCheck(contract.model(), operation);
        // The library decodes parameters twice and takes the text 1.5 for a number, so the check is ours.
        route.setDoSecurity(false).setDoValidation(false);
        if (!operation.getSecurityRequirements().isEmpty()) route.addHandler(this::admit);
        route.addHandler(bodies::handle); // By its own type it would have to come before authentication.
        route.addHandler(context -> {
            switch (check.of(context)) {
                case RequestCheck.Unfit unfit -> unfit.refuse(context);
                case RequestCheck.Fit fit -> handler.accept(new ApiCall(context, context.get(CALLER), fit));
            }
        });
    }

    /** Behind the check of origins, so that pages of others can read the refusal. */
    private void limit(RoutingContext context) {
        authenticator.limit(context);
    }

    /** Before the body is read: strangers are not to fill the memory. */
    private void admit(RoutingContext context) {
        context.request().pause();
        authenticator.authenticate(context.request()).onSuccess(authentication -> {
            context.request().resume();
            switch (authentication) {
                case Authentication.Refused refused -> Problem.send(context, refused.failure());
                case Authentication.Known known ->
                    context.put(CALLER, known.identity()).next();
            }
        });
    }

    /** HEAD is a GET whose body the server leaves out; OPTIONS tells the methods of a path. */
    private void otherMethods(RoutingContext context) {
        HttpMethod method = context.request().method();
        Set<String> methods = contract.methods(context.request().path());
        if (method.equals(HttpMethod.HEAD) && methods.contains(HttpMethod.HEAD.name())) {
            Answers.rerouteHead(context);
        } else if (method.equals(HttpMethod.OPTIONS) && !methods.isEmpty()) {
            context.response()
                    .setStatusCode(204)
                    .putHeader(HttpHeaders.ALLOW, String.join(", ", methods))
                    .end();
        } else {
            context.next();
        }
    }

    private void nothing(RoutingContext context) {
        Set<String> methods = contract.methods(context.request().path());
        if (methods.isEmpty()) {
            Problem.send(context, Problem.NOTHING_HERE);
        } else {
            context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", methods));
            context.fail(405);
        }
    }
}
