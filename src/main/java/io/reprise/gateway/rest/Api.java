package io.reprise.gateway.rest;

import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.CrossOrigin;
import io.reprise.gateway.access.OriginPolicy;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.http.BodyReader;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.http.RequestTrace;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.Operation;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The REST interface: paths, methods, parameters and bodies are those of {@link ApiContract}. A new operation needs an
 * entry in {@code openapi.yaml} and a handler that is bound to its {@code operationId} with {@link #on}.
 */
public final class Api {
    /** Limit for operations without authentication. */
    private static final int OPEN_BODY_BYTES_MAX = 16_384;

    /** Methods whose body has no meaning (RFC 9110, section 9.3). */
    private static final Set<HttpMethod> BODILESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.DELETE);

    private final ApiContract contract;
    private final Authenticator authenticator;
    private final CrossOrigin crossOrigin;
    private final BodyReader bodies;
    private final int bodyBytesMax;
    private final Map<String, Consumer<ApiCall>> handlers = new HashMap<>();
    private final Set<String> streamed = new HashSet<>();

    /** @param bodyBytesMax limit for authenticated callers */
    public Api(
            ApiContract contract,
            Authenticator authenticator,
            OriginPolicy origins,
            BodyReader bodies,
            int bodyBytesMax) {
        this.contract = contract;
        this.authenticator = authenticator;
        this.crossOrigin = new CrossOrigin(origins);
        this.bodies = bodies;
        this.bodyBytesMax = bodyBytesMax;
    }

    /** Binds a handler to an operation; it is called with valid requests of authenticated callers. */
    public Api on(String operationId, Consumer<ApiCall> handler) {
        if (contract.model().operation(operationId) == null) throw new IllegalArgumentException(operationId);
        if (handlers.put(operationId, handler) != null) throw new IllegalArgumentException("twice: " + operationId);
        return this;
    }

    /** As {@link #on}, for a handler that reads the body itself, of any type, while it arrives: the request is paused. */
    public Api onStream(String operationId, Consumer<ApiCall> handler) {
        streamed.add(operationId);
        return on(operationId, handler);
    }

    /** The router, to be mounted at {@link ApiContract#BASE}. Every operation must have been bound. */
    public Router router(Vertx vertx) {
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
        boolean stream = streamed.contains(operation.getOperationId());
        RequestCheck check = new RequestCheck(operation, !stream);
        // Requests are checked by our code: the library decodes parameters twice and accepts the string 1.5 as a
        // number.
        route.setDoSecurity(false).setDoValidation(false);
        route.addHandler(context -> {
            RequestTrace.route(context, operation.getAbsoluteOpenAPIPath());
            context.next();
        });
        boolean open = operation.getSecurityRequirements().isEmpty();
        if (!open) route.addHandler(context -> authenticator.admit(context));
        if (operation.getRequestBody() == null) route.addHandler(bodies::refuseForms);
        if (!stream)
            route.addHandler(body(operation, open ? Math.min(OPEN_BODY_BYTES_MAX, bodyBytesMax) : bodyBytesMax));
        route.addHandler(context -> {
            switch (check.of(context)) {
                case RequestCheck.Unfit unfit -> unfit.refuse(context);
                case RequestCheck.Fit fit -> handler.accept(new ApiCall(context, Authenticator.caller(context), fit));
            }
        });
    }

    private Handler<RoutingContext> body(Operation operation, int bytesMax) {
        boolean none = operation.getRequestBody() == null && BODILESS.contains(operation.getHttpMethod());
        if (none) return bodies::ignore;
        return context -> bodies.read(context, authenticator.address(context.request()), bytesMax);
    }

    /** Runs after the origin check, so that allowed pages of other origins can read the refusal. */
    private void limit(RoutingContext context) {
        authenticator.limit(context);
    }

    /** HEAD is a GET without a body in the response; OPTIONS lists the methods of a path. */
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
            refuseMethod(context, methods);
        }
    }

    private static void refuseMethod(RoutingContext context, Collection<String> methods) {
        context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", methods));
        context.fail(405);
    }

    /** Refuses all methods but this one, at a path outside the REST interface; to be mounted behind its own route. */
    public static void refuseOthers(Router router, String path, String method) {
        router.route(path).handler(context -> refuseMethod(context, List.of(method)));
    }
}
