/** The tool that reads pages of the web. */
package io.reprise.tool.web;
