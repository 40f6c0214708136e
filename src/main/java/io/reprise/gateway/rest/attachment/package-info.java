/** Attachments in the REST API: uploads, which are stored while they arrive, and downloads. */
package io.reprise.gateway.rest.attachment;
