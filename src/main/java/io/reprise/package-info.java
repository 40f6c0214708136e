/**
 * The server: {@link io.reprise.Main} starts a {@link io.reprise.Server}, which creates, deploys and stops all parts.
 */
package io.reprise;
