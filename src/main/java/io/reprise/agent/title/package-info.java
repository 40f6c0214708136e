/** Generates titles of conversations from their first exchange. */
package io.reprise.agent.title;
