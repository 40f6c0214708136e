package io.reprise.agent.usage;

import io.reprise.agent.progress.UsageMeter;
import io.reprise.history.usage.ModelUse;

/** Counts what calls of models use, and says when no more may be used. */
public interface Spending {
    /** Nothing is counted and everything is allowed. */
    Spending NONE = new Spending() {
        @Override
        public void used(ModelUse use) {
            // Nobody asks.
        }

        @Override
        public void check(String user, UsageMeter run) {
            // There is no budget.
        }
    };

    /** A call has ended, just now. */
    void used(ModelUse use);

    /**
     * Allows another call of a model. Waits for the store if there is a budget of users.
     *
     * @param run what the run has used so far
     * @throws SpentException if a budget is spent
     */
    void check(String user, UsageMeter run) throws InterruptedException;

    /** A budget is spent. The message is safe to show. */
    final class SpentException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SpentException(String message) {
            super(message);
        }
    }
}
