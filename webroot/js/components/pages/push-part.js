import { say } from '../../browser/announcer.js'
import * as push from '../../browser/push.js'
import { html, nothing, repeat } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import { errorWords } from '../../words/words.js'

const of = ({ id }, rest = '') => `/push-subscriptions/${encodeURIComponent(id)}${rest}`

/** What this person's devices are told while no page is open: the part of a dialog, and what is done in it. */
export class PushPart {
  #app
  #draw
  list = null   // null until it was read
  off = null    // why the server tells nobody anything
  key = null
  busy = false
  error = null
  tested = null // the id of the device to which a test was sent

  constructor(app, draw) {
    this.#app = app
    this.#draw = draw
  }

  get own() {
    const device = push.ownDevice()
    return this.list?.find(({ id }) => id === device?.id) ?? null
  }

  async read() {
    try {
      const { key, devices, off } = await this.#app.api.call('GET', '/push-subscriptions')
      Object.assign(this, { key, list: devices, off: off ?? null })
    } catch (error) {
      this.error = errorWords(error)
    }
    this.#draw()
  }

  async #doing(action) {
    Object.assign(this, { busy: true, error: null })
    this.#draw()
    let failure = null
    try {
      await action()
    } catch (error) {
      failure = errorWords(error)
    }
    await this.read()
    Object.assign(this, { busy: false, error: failure ?? this.error })
    this.#draw()
  }

  switch(isOn) {
    return this.#doing(() => isOn ? push.turnOn(this.#app, this.key, true) : push.turnOff(this.#app))
  }

  titles(titles) { return this.#doing(() => this.#app.api.call('PATCH', of(this.own), { titles })) }

  test(device) {
    return this.#doing(async () => {
      await this.#app.api.call('POST', of(device, '/test'))
      this.tested = device.id
      say('A test was sent')
    })
  }

  remove(device) {
    return this.#doing(async () => {
      if (device.id === this.own?.id) await push.turnOff(this.#app)
      else await this.#app.api.call('DELETE', of(device))
      say('Removed')
    })
  }
}

/** Also says why there is no switch. */
export function pushPart(part) {
  const { list, own, busy, error } = part
  if (!list && !error) return nothing
  return html`
    <fieldset class="push-part">
      <legend>While no page is open</legend>
      ${list ? control(part) : nothing}
      ${own ? html`
        <label class="check"><input type="checkbox" name="titles" .checked=${own.titles} ?disabled=${busy} @change=${({ target }) => part.titles(target.checked)}>
          With the title of the chat</label>` : nothing}
      ${list?.length ? html`
        <ul class="devices" aria-label="Devices that are notified">${repeat(list, ({ id }) => id, device => row(part, device))}</ul>` : nothing}
      <p class="form-error push-error" role="alert">${error}</p>
    </fieldset>`
}

function control(part) {
  if (part.off) return html`<p class="soft push-state">${part.off}</p>`
  if (!push.isSupported()) {
    return html`<p class="soft push-state">This browser cannot be notified without an open page. On an iPhone or iPad, add the page to the home screen first.</p>`
  }
  if (Notification.permission === 'denied') {
    return html`<p class="soft push-state">This browser was told to show no notifications of this page. Allow them in its settings for this page.</p>`
  }
  return html`
    <label class="check"><input type="checkbox" name="push" .checked=${Boolean(part.own)} ?disabled=${part.busy} @change=${({ target }) => part.switch(target.checked)}>
      Notify this device</label>`
}

function row(part, device) {
  const { id, name, service, createdAt, refusals } = device
  return html`
    <li data-device=${id}>
      <span class="device-words"><b dir="auto">${name}</b>${id === part.own?.id ? ' (this one)' : ''}
        <span class="soft">since <time datetime=${createdAt}>${fullTime(createdAt)}</time>, by ${service}${refusals ? '; the last message was refused' : ''}${
          part.tested === id ? '; a test was sent' : ''}</span></span>
      <button type="button" class="quiet small" ?disabled=${part.busy} @click=${() => part.test(device)} aria-label="Test ${name}">Test</button>
      <button type="button" class="quiet small" ?disabled=${part.busy} @click=${() => part.remove(device)} aria-label="Remove ${name}">Remove</button>
    </li>`
}
