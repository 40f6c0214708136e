/** Types of middleware that change what a model is shown of a conversation and of the tools. */
package io.reprise.agent.middleware.context;
