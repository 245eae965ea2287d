import type { Stage } from './stage.ts'

const by = { agent: 'invoice-bot' } as const
const dana = { user: 'u_dana' } as const

/** Two agents at work: things granted, denied, used and waited for. Gives the ids worth a picture. */
export const playScene = async ({
  authority,
  jit,
  api,
}: Stage): Promise<{ readonly requestId: string; readonly taskId: string }> => {
  const { operations } = authority
  const task = await jit.openTask({
    name: 'Pay the invoices of October',
    onBehalfOf: 'alice@acme-corp.com',
  })
  await task.fetch(`${api}/exports/q4`, { justification: 'Alice asked which invoices are open.' })
  const paid = task.fetch(`${api}/payments/inv_198`, {
    method: 'POST',
    justification: 'inv_198 is due since Monday.',
  })
  const first = await waiting(operations)
  await thinking()
  await operations.approve({ by: dana, requestId: first, ttlSeconds: 120 })
  await paid
  const denied = task
    .fetch(`${api}/payments/inv_999`, {
      method: 'POST',
      justification: 'A new supplier sent this invoice.',
    })
    .catch(() => {})
  const second = await waiting(operations)
  await thinking()
  await operations.deny({
    by: dana,
    requestId: second,
    agentMessage: 'Nobody knows this supplier.',
  })
  await denied
  await task.fetch(`${api}/exports/q3`, { justification: 'To compare with the quarter before.' })
  await operations.requestPermission({
    by,
    taskId: task.id,
    details: {
      type: 'payment',
      actions: ['initiate'],
      identifier: 'inv_204',
      amount: { currency: 'EUR', max: 1250 },
    },
    justification: 'Alice asked me to pay everything that is due today.',
    resource: 'https://api.acme-corp.com',
  })
  const other = { agent: 'report-writer' } as const
  const { id } = await operations.openTask({ by: other, name: 'Clean up old customer exports' })
  const cleaning = await operations.requestPermission({
    by: other,
    taskId: id,
    details: [
      {
        type: 'customer_export',
        actions: ['read', 'delete'],
        locations: ['https://api.acme-corp.com/v1/exports', 'https://eu.acme-corp.com/v1/exports'],
      },
      { type: 'audit_log', actions: ['write'] },
    ],
    justification: 'Exports older than a year can go.',
    reuse: 'task',
    resource: 'https://api.acme-corp.com',
  })
  return { requestId: cleaning.request.id, taskId: task.id ?? '' }
}

/** The one request that waits, once it does. */
const waiting = async (operations: Stage['authority']['operations']): Promise<string> => {
  const done = new AbortController()
  const news = operations.watchHumanSide({ by: dana, signal: done.signal })
  let coming = news.next()
  for (;;) {
    const [item] = (await operations.listPending({ by: dana })).items
    if (item) {
      done.abort()
      return item.request.id
    }
    await coming
    coming = news.next()
  }
}

/** People take their time, and the picture shows it. */
const thinking = () => new Promise((decided) => setTimeout(decided, 3_000))
