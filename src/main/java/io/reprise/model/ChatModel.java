package io.reprise.model;

import io.reprise.catalog.provider.Attachment;
import io.reprise.support.StopSignal;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Port: a model that answers a conversation, turn by turn. It is called through {@link ModelCall}, which enforces the
 * limits.
 */
public interface ChatModel {
    /** The provider of the model, such as {@code demo}. */
    String provider();

    /** The provider's name for the model. */
    String name();

    /** Where its provider is reached; empty for a model of this process. */
    default Optional<URI> address() {
        return Optional.empty();
    }

    /** What its tokens cost. */
    default ModelPrices prices() {
        return ModelPrices.UNKNOWN;
    }

    /** Most tokens of a request and its answer; empty if unknown. */
    default Optional<Integer> contextTokens() {
        return Optional.empty();
    }

    /** What it takes beside text. */
    default Set<Attachment> takes() {
        return Set.of();
    }

    /** What its requests ask for. */
    default ModelFacts.Sampling sampling() {
        return ModelFacts.Sampling.DEFAULT;
    }

    /**
     * Makes one turn on the caller's thread and passes pieces to {@code sink} as they arrive, from one thread at a
     * time. Returns or throws promptly after {@code stop} was stopped or the thread interrupted, also before the first
     * piece.
     *
     * @throws ModelFailure if there is no complete answer
     * @throws StopSignal.StoppedException or {@link InterruptedException} after a stop
     */
    ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) throws InterruptedException;
}
