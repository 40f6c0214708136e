/** Checkpoints in memory, and what all stores of checkpoints share. */
package io.reprise.store.checkpoint;
