/** A run on its own thread, and the batches of events that it sends to its session. */
package io.reprise.agent.run;
