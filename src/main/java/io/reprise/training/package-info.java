/**
 * A step of {@code scripts/run} after a build, not used by a server: a short run of the server, in which Java records what later
 * starts load and compile.
 */
package io.reprise.training;
