/** Counts what calls of models use, and refuses calls when a budget is spent. */
package io.reprise.agent.usage;
