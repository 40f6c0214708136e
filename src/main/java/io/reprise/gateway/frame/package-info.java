/** Frames and request bodies in both directions, as JSON. */
package io.reprise.gateway.frame;
