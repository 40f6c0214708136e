/** In the frame of one image of another host: tells the page how large it is, or that there is none. */
const image = document.querySelector('img')

const tell = () => parent.postMessage(
  { type: 'reprise.image', width: image.naturalWidth, height: image.naturalHeight }, location.origin)

if (image.complete) tell()
else {
  image.addEventListener('load', tell)
  image.addEventListener('error', tell)
}
