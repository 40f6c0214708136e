/** How sessions are opened that do not begin empty, or that end with the request they serve. */
package io.reprise.message.opening;
