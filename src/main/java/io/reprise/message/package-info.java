/** Messages between the parts of the server: commands, deliveries, and messages of sessions, agents and gateways. */
package io.reprise.message;
