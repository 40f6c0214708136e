/** Files that people attach to messages: what they are, told by their content, and the port to their store. */
package io.reprise.attachment;
