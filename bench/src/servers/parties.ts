/** Known to both servers and to the client; worth nothing outside a benchmark. */
export const agent = { id: 'bench-agent', secret: 'bench-agent-secret-of-one-run-only' }
export const audience = 'https://documents.bench.example'
export const callbackSecret = `whsec_${Buffer.alloc(32, 'bench').toString('base64')}`
