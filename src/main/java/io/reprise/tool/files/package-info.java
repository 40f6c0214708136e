/** Tools that find and read files of one folder. */
package io.reprise.tool.files;
