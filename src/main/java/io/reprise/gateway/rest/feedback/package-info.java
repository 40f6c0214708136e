/** Feedback on answers in the REST API, for those who review it: a list, one with its conversation, and a file. */
package io.reprise.gateway.rest.feedback;
