/**
 * What a run resumes from after a crash or a decision of a person; the port is {@link
 * io.reprise.agent.checkpoint.Checkpointer}.
 */
package io.reprise.agent.checkpoint;
