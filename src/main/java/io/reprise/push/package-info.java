/** Web Push: tells browsers of people what happened while nobody looked, also browsers without an open tab. */
package io.reprise.push;
