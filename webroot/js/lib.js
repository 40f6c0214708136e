/** Libraries of the page (WebJars, served by Reprise itself); those for the texts of answers are in markdown/lib.js. */
export { html, svg, render, nothing } from '/webjars/lit-html/3.3.1/lit-html.js'
export { repeat } from '/webjars/lit-html/3.3.1/directives/repeat.js'
export { guard } from '/webjars/lit-html/3.3.1/directives/guard.js'
export { live } from '/webjars/lit-html/3.3.1/directives/live.js'
export { keyed } from '/webjars/lit-html/3.3.1/directives/keyed.js'
