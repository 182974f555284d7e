// Makes vectors.json: safe-mode envelopes by two packages that share no code
// with ours. Run where both are installed:
//   npm install wechat-crypto@0.0.2 @wecom/crypto@1.0.1
//   node vectors.js > vectors.json
// wechat-crypto draws its 16 random bytes itself; they are read back out of what
// it made, so that Go can seal the same message to the same ciphertext.
const Old = require('wechat-crypto')
const wecom = require('@wecom/crypto')

const token = 'tokentoken'
const id = 'wx0123456789abcdef'
const keys = ['jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG']
const messages = []
// Every length modulo the 32-byte block, the full block of padding included.
for (let n = 0; n <= 33; n++) messages.push('x'.repeat(n))
messages.push('<xml><Content><![CDATA[你好，我想预约 🐶]]></Content></xml>', '长'.repeat(700))

const vectors = []
messages.forEach((message, i) => {
  const key = keys[i % 2]
  const timestamp = String(1763803800 + i)
  const nonce = String(1000 + i)
  const old = new Old(token, key, id)
  for (const by of ['wechat-crypto', '@wecom/crypto']) {
    const encrypted = by === 'wechat-crypto' ? old.encrypt(message) : wecom.encrypt(key, message, id)
    const random = wecom.decrypt(key, encrypted).random.toString('hex')
    const signature = by === 'wechat-crypto'
      ? old.getSignature(timestamp, nonce, encrypted)
      : wecom.getSignature(token, timestamp, nonce, encrypted)
    vectors.push({ by, key, timestamp, nonce, message, random, encrypted, signature })
  }
})
console.log(JSON.stringify({ token, id, vectors }, null, 1))
