/** Settings of feedback on answers. */
package io.reprise.config.feedback;
