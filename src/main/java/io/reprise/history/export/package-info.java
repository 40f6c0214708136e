/** Whole conversations as files, in JSON and in Markdown. */
package io.reprise.history.export;
