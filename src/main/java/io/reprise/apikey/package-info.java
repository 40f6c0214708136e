/** API keys of people: what programs of theirs may do in their name. */
package io.reprise.apikey;
