/** Port to what people think of answers, for those who review it. */
package io.reprise.history.feedback;
