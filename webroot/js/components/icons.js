import { svg } from '../lib.js'

const icon = (paths, size = 18) => svg`<svg class="icon" viewBox="0 0 20 20" width=${size} height=${size}
  fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"
  aria-hidden="true">${paths}</svg>`

/** The repeat sign of a score: play it again from here. */
export const logo = (size = 22) => svg`<svg class="logo" viewBox="0 0 20 20" width=${size} height=${size}
  fill="currentColor" aria-hidden="true"><rect x="3" y="2.5" width="3.2" height="15" rx="1"/>
  <rect x="8.2" y="2.5" width="1.3" height="15" rx=".6"/>
  <circle cx="13.6" cy="7.4" r="1.75"/><circle cx="13.6" cy="12.6" r="1.75"/></svg>`

export const plus = () => icon(svg`<path d="M10 4v12M4 10h12"/>`)
export const list = () => icon(svg`<rect x="3.5" y="4" width="13" height="12" rx="2.500"/><path d="M8 4v12"/>`)
export const menu = () => icon(svg`<path d="M3.5 6h13M3.5 10h13M3.5 14h9"/>`, 20)
export const trash = () => icon(svg`<path d="M4 6h12M8 6V4h4v2M6 6l.6 10h6.8L14 6M8.7 9v4.5M11.3 9v4.5"/>`, 16)
export const send = () => icon(svg`<path d="M10 16V4.5M5 9l5-5 5 5"/>`)
export const stop = () => svg`<svg class="icon" viewBox="0 0 20 20" width="14" height="14" fill="currentColor"
  aria-hidden="true"><rect x="4" y="4" width="12" height="12" rx="2.5"/></svg>`
export const close = () => icon(svg`<path d="M5.5 5.5l9 9M14.5 5.5l-9 9"/>`, 16)
export const edit = () => icon(svg`<path d="M12.5 4.5l3 3L7.5 15.5l-3.7.7.7-3.7z"/>`, 16)
export const check = () => icon(svg`<path d="M4.5 10.5l3.5 3.5 7.5-8"/>`, 16)
export const down = () => icon(svg`<path d="M10 4v11M5 10.5l5 5 5-5"/>`, 16)
export const chevron = () => icon(svg`<path d="M7.5 5l5 5-5 5"/>`, 14)
export const tool = () => icon(svg`<path d="M12.8 3.6a4 4 0 0 0-4.6 5.3L3.6 13.5l2.9 2.9 4.6-4.6
  a4 4 0 0 0 5.3-4.6l-2.4 2.4-2.6-.9-.9-2.6z"/>`, 16)
export const more = () => svg`<svg class="icon" viewBox="0 0 20 20" width="18" height="18" fill="currentColor"
  aria-hidden="true"><circle cx="4.5" cy="10" r="1.5"/><circle cx="10" cy="10" r="1.5"/><circle cx="15.5" cy="10" r="1.5"/></svg>`
export const hand = () => icon(svg`<path d="M6 10.5V5.2a1.2 1.2 0 0 1 2.4 0M8.400 9V4a1.200 1.200 0 0 1 2.400 0v5M10.800 9.200V4.800a1.200 1.200 0 0 1 2.400 0v7.200
  c0 3-1.600 5-4.200 5-2 0-3-.9-4-2.800L3.600 11.500a1.200 1.200 0 0 1 2-1.200L6 11"/>`, 16)
export const reply = () => icon(svg`<path d="M8 5L3.5 9.500 8 14M3.500 9.500H11a5.500 5.500 0 0 1 5.500 5.500"/>`, 16)
export const fork = () => icon(svg`<circle cx="5.500" cy="4.500" r="1.800"/><circle cx="14.500" cy="4.500" r="1.800"/>
  <circle cx="10" cy="15.500" r="1.800"/><path d="M5.500 6.300v1.200c0 1.400 1 2.300 2.400 2.300h4.200c1.400 0 2.400-.9 2.400-2.300V6.300M10 9.800v3.900"/>`, 16)
export const search = () => icon(svg`<circle cx="9" cy="9" r="5"/><path d="M12.8 12.8l3.7 3.7"/>`, 16)
export const download = () => icon(svg`<path d="M10 3.5v9M6 9l4 4 4-4M4 16.5h12"/>`, 16)
export const broom = () => icon(svg`<path d="M4.5 16.5h11M12 3.8l4.2 4.2-6.4 6.4H7l-3-3z"/><path d="M8.6 7.2l4.2 4.2"/>`, 16)
export const help = () => icon(svg`<path d="M7.2 7.4A2.9 2.9 0 0 1 10 4.9c1.6 0 2.9 1 2.9 2.5 0 2-2.9 2.2-2.9 4.2M10 14.9v.1"/>`)
export const hook = () => icon(svg`<path d="M13.5 6.2v6.300a4 4 0 0 1-8 0v-1.500l2 1.300M13.5 6.200a1.600 1.600 0 1 0-.01 0z"/>`, 16)
export const bell = () => icon(svg`<path d="M5 13.8h10c-1.2-1.2-1.3-2.3-1.3-4.6a3.7 3.7 0 0 0-7.4 0c0 2.3-.1 3.4-1.3 4.6zM8.6 16.3h2.800"/>`, 16)
export const bellOff = (size = 16) => icon(svg`<path d="M6.300 9.200c0 2.300-.1 3.400-1.300 4.600h8.600M13.700 10.500v-1.300a3.700 3.700 0 0 0-6.200-2.700M8.600 16.300h2.800M3.500 3.500l13 13"/>`, size)
export const pause = () => icon(svg`<path d="M7 5v10M13 5v10"/>`, 16)
export const resume = () => icon(svg`<path d="M6.500 4.500l8.500 5.500-8.500 5.500z"/>`, 16)
export const skip = () => icon(svg`<path d="M4.5 5l6 5-6 5zM14.5 5v10"/>`, 16)
export const repeats = () => icon(svg`
  <path d="M5 9.5V9a2.5 2.5 0 0 1 2.5-2.5H15M12.7 4l2.5 2.5L12.7 9M15 10.5v.5a2.5 2.5 0 0 1-2.5 2.5H5M7.3 16l-2.5-2.5L7.3 11"/>`, 16)
export const warning = () => icon(svg`<path d="M10 3.5L17 16H3zM10 8.5v3.2M10 13.9v.1"/>`, 16)
export const sun = () => icon(svg`<circle cx="10" cy="10" r="3.2"/>
  <path d="M10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1
  M14.2 14.2l1.1 1.1M4.7 15.3l1.1-1.1M14.2 5.8l1.1-1.1"/>`)
export const moon = () => icon(svg`<path d="M16 11.8A6.6 6.6 0 0 1 8.2 4a6.5 6.5 0 1 0 7.8 7.8z"/>`)
export const pin = (size = 16) => icon(svg`<path d="M7.5 3.500h5l-.6 5 2.600 2.500v1.200h-9V11l2.600-2.500zM10 12.200V17"/>`, size)
export const archive = (size = 16) => icon(svg`<rect x="3.500" y="4" width="13" height="3.500" rx="1"/>
  <path d="M4.800 7.500V15a1.200 1.200 0 0 0 1.200 1.200h8a1.200 1.200 0 0 0 1.200-1.200V7.500M8.300 10.500h3.400"/>`, size)
export const back = () => icon(svg`<path d="M12.5 5l-5 5 5 5"/>`, 16)
export const pick = () => icon(svg`<rect x="3.500" y="3.500" width="13" height="13" rx="3"/><path d="M6.800 10.300l2.200 2.200 4.300-4.700"/>`, 16)
export const clock = () => icon(svg`<circle cx="10" cy="10" r="6.5"/><path d="M10 6.5V10l2.3 1.6"/>`, 16)
