/** Types of middleware that keep certain texts from models and from people. */
package io.reprise.agent.middleware.guard;
