/** Settings of where data is kept: PostgreSQL, Redis, checkpoints, the data folder, and the erasure of copies. */
package io.reprise.config.storage;
