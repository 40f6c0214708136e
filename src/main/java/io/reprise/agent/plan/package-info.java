/** What runs use, resolved from the catalogue and the settings: {@link io.reprise.agent.plan.CatalogPlans}. */
package io.reprise.agent.plan;
