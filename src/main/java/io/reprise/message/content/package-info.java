/** The content of a message or of a tool's result: a list of typed parts. */
package io.reprise.message.content;
