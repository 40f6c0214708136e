/** Public keys for the verification of tokens. */
package io.reprise.config.key;
