/** Recalls as they are stored and shown. */
package io.reprise.message.recall;
