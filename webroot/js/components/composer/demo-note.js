import { hrefOfDocument, hrefOfPage } from '../../browser/route.js'
import { html, nothing } from '../../lib.js'

/** Without a key a model answers that only shows what the server does: newcomers would take that for a fault. */
export const demoNote = ({ server: { provider, isAdmin } }) => provider === 'demo' ? html`
  <p class="demo-note">Offline demo model: <a href=${isAdmin ? hrefOfPage('admin/providers/new') : hrefOfDocument('configuration', 'models')}>connect a real one</a></p>` : nothing
