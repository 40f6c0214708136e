/** Recalls as they are stored and told. */
package io.reprise.message.recall;
