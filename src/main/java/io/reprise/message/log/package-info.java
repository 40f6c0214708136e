/** The log: events with AG-UI names, rows as they are stored, and frames as readers receive them. */
package io.reprise.message.log;
