/** Calls of tools that go on after the runs that made them. */
package io.reprise.agent.background;
