/** Serves the files of the web page. */
package io.reprise.gateway.page;
