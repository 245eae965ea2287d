import { isLumojitError, type Jit, type Task } from '@lumojit/core'

/** What the agent tells of its work, in order. The timeline is where a person reads it. */
export interface Diary {
  /** One call to the API. */
  step(title: string): void
  heading(title: string): void
  done(said: string): void
  refused(code: string, said: string): void
}

/**
 * The agent's work. There is no token in here, and no word about permissions but the reasons: each
 * call is an ordinary `fetch`. A real agent makes these calls from its tools.
 */
export async function work(
  jit: Jit,
  acme: string,
  diary: Diary,
  betweenTimes: () => Promise<void>,
): Promise<void> {
  const about = {
    name: 'Summarise doc_9982 and settle its invoice',
    onBehalfOf: 'alice@acme-corp.com',
  }
  await jit.runTask(about, async (task) => {
    diary.step('Read document doc_9982')
    const document = await read(task, acme, 'doc_9982')
    diary.done(`“${document.title}”, ${document.text.length} characters`)

    diary.step('Save a summary of it')
    const saved = await task.fetch(`${acme}/v1/documents/doc_9982/summaries`, {
      ...json({ text: `${document.title}: ${document.text.split('.')[0]}.` }),
      justification: 'Alice asked for a short summary of doc_9982',
    })
    diary.done(`saved as ${(await saved.json()).id}`)

    diary.step('Read the same document again')
    await read(task, acme, 'doc_9982')
    diary.done('one round trip: the permission is for the whole task')

    diary.step('Pay the invoice inv_204')
    await tell(diary, async () => {
      const paid = await task.fetch(`${acme}/v1/payments`, {
        ...json({ invoice: 'inv_204' }),
        justification: 'Invoice inv_204 in doc_9982 is due today',
      })
      const receipt = await paid.json()
      return `paid ${receipt.amount}, receipt ${receipt.id}`
    })

    diary.step('Delete document doc_9982')
    const remove = () =>
      task.fetch(`${acme}/v1/documents/doc_9982`, {
        method: 'DELETE',
        justification: 'The document is summarised and no longer needed',
      })
    await tell(diary, async () => `deleted (${(await remove()).status})`)

    diary.step('Try to delete it once more')
    await tell(diary, async () => `deleted (${(await remove()).status})`)

    await betweenTimes()
    diary.heading('The task ends')
  })
}

async function read(
  task: Task,
  acme: string,
  id: string,
): Promise<{ title: string; text: string }> {
  const response = await task.fetch(`${acme}/v1/documents/${encodeURIComponent(id)}`, {
    justification: 'Alice asked what this document says',
  })
  return response.json()
}

function json(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

/** A refusal is an answer: the agent says so and goes on. Anything else is a fault. */
async function tell(diary: Diary, act: () => Promise<string>): Promise<void> {
  try {
    diary.done(await act())
  } catch (error) {
    if (!isLumojitError(error) || !error.refusal) throw error
    diary.refused(error.code, error.refusal.message ?? error.message)
  }
}
