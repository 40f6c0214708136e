import { saveFile } from '../../browser/download.js'
import { leaveFocus } from '../../browser/render.js'
import { Files } from '../../chat/files.js'
import { html, nothing, repeat } from '../../lib.js'
import { sizeWords } from '../../words/sizes.js'
import { closeDialog, openDialog } from '../dialog.js'
import * as icons from '../icons.js'
import './file-image.js'

const filesOf = app => app.chat.files ??= new Files(app, app.chat)

const path = (app, { attachment }, query = '') =>
  `/sessions/${encodeURIComponent(app.chat.id)}/attachments/${encodeURIComponent(attachment)}${query}`

/** Takes files into the message that is being written. */
export function addFiles(app, blobs) {
  if (!app.server.offers.attachments) return app.tell('This server takes no files. Nothing was inserted.')
  if (app.chat.missing) return app.tell('This chat cannot be continued. Nothing was inserted.')
  filesOf(app).add(blobs)
  document.getElementById('message')?.focus()
}

/** Asks for files with the dialog of the browser. */
export function chooseFiles(app) {
  const field = Object.assign(document.createElement('input'), { type: 'file', multiple: true })
  field.addEventListener('change', () => addFiles(app, field.files))
  field.click()
}

/** The files of the message that is being written. */
export function draftFiles(app) {
  const { list } = filesOf(app)
  if (!list.length) return nothing
  return html`<ul class="draft-files" aria-label="Files of this message">${repeat(list, ({ key }) => key, entry => chip(app, entry))}</ul>`
}

function chip(app, entry) {
  const { key, name, size, state, part, words, attachment, isImage, blob } = entry
  const isGoing = state === 'uploading' || state === 'waiting'
  const remove = () => {
    leaveFocus()
    filesOf(app).remove(key)
  }
  return html`
    <li class="draft-file ${state}">
      ${attachment && isImage ? image(app, entry, 'thumbnail') : html`<span class="file-kind" aria-hidden="true">${kind(name)}</span>`}
      <span class="file-words"><span class="file-name" title=${name}>${name}</span>
        <span class=${state === 'failed' ? 'error-words' : 'file-size'}>${words ?? sizeWords(size)}</span>
        ${isGoing ? html`<progress max="1" value=${part} aria-label="Upload of ${name}"></progress>` : nothing}</span>
      ${state === 'failed' && blob ? html`<button type="button" class="quiet small" @click=${() => filesOf(app).retry(key)}>Try again</button>` : nothing}
      <button type="button" class="icon-button" @click=${remove} aria-label="${isGoing ? 'Cancel' : 'Remove'} ${name}" title=${isGoing ? 'Cancel' : 'Remove'}>
        ${icons.close()}</button>
    </li>`
}

const kind = name => (/\.([a-z0-9]{1,4})$/i.exec(name)?.[1] ?? 'file').toUpperCase()

const image = (app, file, query) => html`
  <file-image .api=${app.api} .path=${path(app, file, query && `?${query}`)} .label=${query ? '' : file.name}></file-image>`

/** The files of a message in the transcript. */
export const messageFiles = (app, files) => html`
  <ul class="message-files" aria-label="Files">${files.map(file => html`<li>${file.type === 'image' ? picture(app, file) : document_(app, file)}</li>`)}</ul>`

const picture = (app, file) => html`
  <button class="file-picture" @click=${() => preview(app, file)} aria-label="Show ${file.name}" title=${file.name}>${image(app, file, 'thumbnail')}</button>`

const document_ = (app, file) => html`
  <button class="file-card" @click=${() => download(app, file)} aria-label="Download ${file.name}" title=${file.name}>
    <span class="file-kind" aria-hidden="true">${kind(file.name)}</span>
    <span class="file-words"><span class="file-name">${file.name}</span>
      ${file.size === undefined ? nothing : html`<span class="file-size">${sizeWords(file.size)}</span>`}</span>
  </button>`

const download = (app, file) => app.attempt(async () => saveFile(await app.api.file(path(app, file)), file.name))

function preview(app, file) {
  const dialog = openDialog(html`
    <h2 id="dialog-title" class="file-title">${file.name}</h2>
    <div class="file-preview">${image(app, file)}</div>
    <div class="dialog-actions">
      <button class="quiet" @click=${() => download(app, file)}>${icons.download()} Download</button>
      <button class="primary close" @click=${closeDialog}>Close</button>
    </div>`, { wide: true })
  dialog.querySelector('.close').focus()
}
