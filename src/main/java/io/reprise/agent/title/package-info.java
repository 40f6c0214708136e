/** Titles of conversations, made by a model from the first exchange. */
package io.reprise.agent.title;
