/** What a provider is asked: messages, tool schemas, and names and ids in the form that it accepts. */
package io.reprise.model.provider.request;
