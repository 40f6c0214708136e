/** A chat in the terminal or in a pipe: {@code scripts/chat}. */
package io.reprise.client.chat;
