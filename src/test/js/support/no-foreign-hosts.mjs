// Loaded before a program (node --import): it can only reach this machine, and says so on standard error when it tries another one.
import dns from 'node:dns'
import net from 'node:net'

const own = host => !host || ['localhost', '127.0.0.1', '::1'].includes(host)
const refused = host => {
  console.error(`foreign host: ${host}`)
  return Object.assign(new Error(`foreign host: ${host}`), { code: 'ENOTFOUND' })
}

const { lookup } = dns
dns.lookup = (host, ...rest) => own(host) ? lookup(host, ...rest) : process.nextTick(rest.at(-1), refused(host))

const { connect } = net.Socket.prototype
net.Socket.prototype.connect = function (...words) {
  const [to] = Array.isArray(words[0]) ? words[0] : words
  const host = typeof to === 'object' ? to.host : words[1]
  if (!own(host)) process.nextTick(() => this.destroy(refused(host)))
  else connect.apply(this, words)
  return this
}
