/** What tools ask people while a call is made, and whether an answer fits. */
package io.reprise.message.inquiry;
