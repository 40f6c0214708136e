/** Checkpoints in memory, and what all checkpoint stores share. */
package io.reprise.store.checkpoint;
