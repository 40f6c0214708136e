/** Checkpoints in Redis. */
package io.reprise.store.redis;
