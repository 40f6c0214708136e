/** What the parts of the server tell each other: commands, deliveries, and what sessions, agents and gateways send. */
package io.reprise.message;
