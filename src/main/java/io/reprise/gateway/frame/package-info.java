/** JSON of frames and request bodies, in both directions. */
package io.reprise.gateway.frame;
