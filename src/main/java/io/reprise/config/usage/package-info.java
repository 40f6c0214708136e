/** Settings of what models are used for and of budgets. */
package io.reprise.config.usage;
