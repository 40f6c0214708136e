/**
 * An image that only its owner may see: it is fetched as every other call, with a token or a cookie, and shown as data. Given `api`,
 * `path` below the REST interface, and `label`.
 */
class FileImage extends HTMLElement {
  async connectedCallback() {
    const image = document.createElement('img')
    image.alt = this.label
    try {
      image.src = await dataOf(await this.api.file(this.path))
      this.replaceChildren(image)
    } catch {
      this.classList.add('missing') // what stands beside it names the file
    }
  }
}

const dataOf = blob => new Promise((resolve, reject) => {
  const reader = new FileReader()
  reader.onload = () => resolve(reader.result)
  reader.onerror = reject
  reader.readAsDataURL(blob)
})

customElements.define('file-image', FileImage)
