/** The ports through which a run reaches its session: its events and questions, and the commands of its tools. */
package io.reprise.agent.link;
