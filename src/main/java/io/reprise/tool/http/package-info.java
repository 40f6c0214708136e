/** Tools that files declare: calls of HTTP services, without code. */
package io.reprise.tool.http;
