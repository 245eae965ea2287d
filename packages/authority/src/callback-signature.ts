import { createHmac } from 'node:crypto'

/** Standard Webhooks: HMAC-SHA-256 of `id.timestamp.body`, under the secret behind `whsec_`. */
export const signCallback = (
  secret: string,
  message: { readonly id: string; readonly timestamp: number; readonly body: string },
): Readonly<Record<string, string>> => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const signed = `${message.id}.${message.timestamp}.${message.body}`
  const signature = createHmac('sha256', key).update(signed).digest('base64')
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': `v1,${signature}`,
  }
}
