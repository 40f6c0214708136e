/** The build of the web page: a step of the Maven build, not used by the server at run time. */
package io.reprise.page;
