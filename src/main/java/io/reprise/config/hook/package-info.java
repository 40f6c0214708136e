/**
 * Settings of what other servers call and are called for: hooks, webhooks, Web Push, and the guard of all outgoing calls.
 */
package io.reprise.config.hook;
