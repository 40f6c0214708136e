/** Attachments: their rows in PostgreSQL, and their content there or in a folder. */
package io.reprise.store.attachment;
