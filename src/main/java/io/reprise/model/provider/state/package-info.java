/** Provider data that must be sent back with the next request, such as signatures of reasoning. */
package io.reprise.model.provider.state;
