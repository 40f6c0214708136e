/** Settings of the endpoint for clients of OpenAI's chat completions. */
package io.reprise.config.completion;
