/** Types of middleware that limit a run. */
package io.reprise.agent.middleware.limit;
