/**
 * How far a run has come: the model's context, the calls of its last turn and the tokens it has used. Code of {@link
 * io.reprise.agent.middleware.Middleware} may read it and add to the context; the other changes belong to {@link
 * io.reprise.agent.loop.Step}.
 */
package io.reprise.agent.progress;
