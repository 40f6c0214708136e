/** OpenAI's chat completions and models: agents are the models. */
package io.reprise.gateway.openai;
