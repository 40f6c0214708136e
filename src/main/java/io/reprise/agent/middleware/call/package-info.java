/** Types of middleware around calls of tools. */
package io.reprise.agent.middleware.call;
