/** What calls of models have used: tokens and costs, by user, session, run, model and day. */
package io.reprise.history.usage;
