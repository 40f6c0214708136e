/**
 * A step of {@code scripts/run} after a build, not used by a server: lets Java learn from a short run of the server what later
 * starts load and compile.
 */
package io.reprise.training;
