/** Requests to providers: messages, tool schemas, and names and ids in an accepted form. */
package io.reprise.model.provider.request;
