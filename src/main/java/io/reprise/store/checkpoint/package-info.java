/** Checkpoints in memory and in PostgreSQL, and what all checkpoint stores share. */
package io.reprise.store.checkpoint;
