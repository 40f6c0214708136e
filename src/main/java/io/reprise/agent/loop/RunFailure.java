package io.reprise.agent.loop;

import io.reprise.agent.middleware.MiddlewareFailure;
import io.reprise.agent.usage.Spending.SpentException;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.model.ModelFailure;
import io.reprise.support.Texts;
import java.util.Arrays;
import java.util.Optional;

/** A run cannot continue. The message is safe to display; the cause is for the log. */
public final class RunFailure extends RuntimeException {
    private final transient Failure failure;

    public RunFailure(ErrorCode code, String safeMessage, Throwable cause) {
        super(safeMessage, cause);
        this.failure = Failure.of(code, safeMessage);
    }

    Failure failure() {
        return failure;
    }

    /** What people are told of an expected failure; empty for any other. */
    static Optional<Failure> known(Throwable t) {
        return switch (t) {
            case ModelFailure e -> Optional.of(Failure.of(code(e), Texts.wellFormed(e.getMessage())));
            case MiddlewareFailure e -> Optional.of(Failure.of(e.code(), e.getMessage()));
            case SpentException e -> Optional.of(Failure.of(ErrorCode.BUDGET_EXCEEDED, e.getMessage()));
            case RunFailure e -> Optional.of(e.failure());
            default -> Optional.empty();
        };
    }

    private static ErrorCode code(ModelFailure failure) {
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.wire().equals(failure.code()))
                .findFirst()
                .orElse(ErrorCode.MODEL_ERROR);
    }
}
