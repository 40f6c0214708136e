/** Webhooks: addresses of people that are told, with signed requests, what happens in their sessions. */
package io.reprise.webhook;
