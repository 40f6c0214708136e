/** After the next rendering: it is in an animation frame, so after that frame what was asked for is there. */
export function afterRender(action) {
  requestAnimationFrame(() => requestAnimationFrame(action))
}
