/**
 * The server: {@link io.reprise.Main} starts a {@link io.reprise.Server}, which builds every part, deploys it and
 * stops it in order.
 */
package io.reprise;
