/** What people think of answers. */
package io.reprise.message.feedback;
