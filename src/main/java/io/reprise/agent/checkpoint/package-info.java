/**
 * What a run goes on from after its process died or people decided; the port is {@link
 * io.reprise.agent.checkpoint.Checkpointer}.
 */
package io.reprise.agent.checkpoint;
