/** Types of middleware for calls of models and tools that fail. */
package io.reprise.agent.middleware.retry;
