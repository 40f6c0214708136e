/** The life of runs: one at a time for each session, from a message to the one event that ends it. */
package io.reprise.session.run;
