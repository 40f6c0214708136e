/** Hooks: addresses at which other servers wake a session with a signed request. */
package io.reprise.hook;
