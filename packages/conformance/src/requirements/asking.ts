// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a sabotage finds and puts there is source text
import type { Requirement } from './requirement.ts'

export const asking: readonly Requirement[] = [
  {
    id: 'flight:parallel-calls-ask-once',
    says: 'Parallel calls that need the same are one request and one redemption when they are safe or granted at once.',
    source: 'design §6, ruling 5',
    sabotages: [
      {
        file: 'packages/core/src/flight.ts',
        find: 'const flying = this.#slots.get(name)',
        replace: 'const flying: Slot | undefined = undefined',
        why: 'nothing is shared',
      },
      {
        file: 'packages/core/src/ask.ts',
        find: '`redeem ${ref.requestId}`,',
        replace: '`redeem ${ref.requestId} ${Math.random()}`,',
        why: 'each redeems for itself',
      },
      {
        file: 'packages/core/src/task-state.ts',
        find: '    this.#opening ??= this.#open',
        replace: '    this.#opening = this.#open',
        why: 'each call opens a task',
      },
    ],
  },
  {
    id: 'reuse:once-is-once',
    says: 'A grant for one call serves that call, its resend and its re-execution, and nothing else.',
    source: 'design §6, ruling 5',
    sabotages: [
      {
        file: 'packages/core/src/ledger.ts',
        find: "  return entry.reuse === 'task' || entry.units.has(question.unit)",
        replace: '  return entry.reuse !== undefined || entry.units.has(question.unit)',
        why: 'a grant for one call serves all',
      },
      {
        file: 'packages/core/src/fetch-question.ts',
        find: "reuse: isSafe(method) ? 'task' : 'once',",
        replace: "reuse: 'task',",
        why: 'everything is asked for the task',
      },
      {
        file: 'packages/core/src/ask.ts',
        find: "const reuse = grant.reuse ?? (waited ? question.reuse : 'task')",
        replace: "const reuse = waited ? question.reuse : 'task'",
        why: "the authority's word does not count",
      },
      {
        file: 'packages/core/src/ask.ts',
        find: "const reuse = grant.reuse ?? (waited ? question.reuse : 'task')",
        replace: "const reuse = grant.reuse ?? 'task'",
        why: 'where the authority says nothing, every yes is for the task',
      },
      {
        file: 'packages/core/src/ledger.ts',
        find: 'if (!best || narrower(entry.grant, best.grant)) best = entry',
        replace: 'if (!best || narrower(best.grant, entry.grant)) best = entry',
        why: 'the widest grant is used',
      },
      {
        file: 'packages/core/src/ledger.ts',
        find: "    if (entry.reuse !== 'task') return\n    const [oldest]",
        replace: '    const [oldest]',
        why: 'a once grant is sent ahead',
      },
    ],
  },
  {
    id: 'reuse:unsafe-calls-do-not-share-a-human',
    says: 'Unsafe calls that need a human each ask for themselves.',
    source: 'design §6, ruling 5',
    sabotages: [
      {
        file: 'packages/core/src/ask.ts',
        find: "if ('entry' in value || reuse === 'task') {",
        replace: 'if (value) {',
        why: 'all ride on one answer',
      },
    ],
  },
  {
    id: 'flight:abort-is-own',
    says: 'Who gives up a shared wait gives up for itself; the others go on.',
    source: 'design §6',
    sabotages: [
      {
        file: 'packages/core/src/flight.ts',
        find: 'return { value: (await orAbort(slot.promise, signal)) as T, led: !flying }',
        replace: 'return { value: (await slot.promise) as T, led: !flying }',
        why: 'nobody can leave',
      },
      {
        file: 'packages/core/src/flight.ts',
        find: 'if (slot.members === 0 && endsAlone) {',
        replace: "if (slot.members === 0 && name === '') {",
        why: 'polling goes on when the last has left',
      },
      {
        file: 'packages/core/src/flight.ts',
        find: 'if (slot.members === 0 && endsAlone) {',
        replace: 'if (endsAlone) {',
        why: 'who leaves takes the others along',
      },
    ],
  },
  {
    id: 'ask:policy-first',
    says: 'The policy is asked before any memory, grant or flight could answer for it.',
    source: 'design §6, ruling 11',
    sabotages: [
      {
        file: 'packages/core/src/obtain.ts',
        find: '    const allowed = await underPolicy(task, call, asked)\n',
        replace:
          '    const allowed = ledger.find(asked, ground.clock.now(), how.except)\n      ? asked\n      : await underPolicy(task, call, asked)\n',
        why: 'a call that may not ask rides on a grant',
      },
      {
        file: 'packages/core/src/admission.ts',
        find: 'const verdict = await decide().catch(() => undefined)',
        replace:
          'const verdict = await decide().catch(() => ({ allow: true, reuse: undefined }) as const)',
        why: 'a policy that fails has said yes',
      },
    ],
  },
  {
    id: 'ask:granted-compared-when-stated',
    says: 'What the authority says it granted is compared with what was asked before it is used.',
    source: 'design §6, ruling 8',
    sabotages: [
      {
        file: 'packages/core/src/ask.ts',
        find: "  if (fit === 'exceeds') {",
        replace: '  if (task.over) {',
        why: 'more than was asked is used',
      },
      {
        file: 'packages/core/src/ask.ts',
        find: '    await authority.revoke(grant, task.io()).catch(() => false)\n',
        replace: '',
        why: 'what is too much lives on',
      },
      {
        file: 'packages/core/src/ask.ts',
        find: "  if (fit === 'short') {",
        replace: '  if (task.over) {',
        why: 'what no longer covers is sent',
      },
      {
        file: 'packages/core/src/ledger.ts',
        find: '  if (!granted) return entry.canonical === question.canonical\n',
        replace:
          '  if (!granted) return covers((entry.grant.asked as never as { details: never }).details, (question.permission as never as { details: never }).details)\n',
        why: 'what is not stated serves by covering',
      },
    ],
  },
  {
    id: 'refuse:not-asked-again-in-task',
    says: 'What was denied is not asked again in the same task.',
    source: 'design §6, ruling 11',
    sabotages: [
      {
        file: 'packages/core/src/ledger.ts',
        find: '    this.#denials.set(denialKey(question), refusal)\n',
        replace: '',
        why: 'a denial is forgotten',
      },
      {
        file: 'packages/core/src/question.ts',
        find: "return JSON.stringify([resource.url, permission, reuse === 'once' ? circumstances : ''])",
        replace: 'return JSON.stringify([resource.url, permission])',
        why: 'one payment that was denied denies all',
      },
      {
        file: 'packages/core/src/obtain.ts',
        find: '    if (denied && !how.again) throw',
        replace: '    if (denied) throw',
        why: 'the application cannot insist',
      },
    ],
  },
  {
    id: 'revoke:sticks',
    says: 'What a person took back is denied for the rest of the task.',
    source: 'design §6, ruling 6',
    sabotages: [
      {
        file: 'packages/authority/src/operations/revoke-request.ts',
        find: 'sticks: person }',
        replace: 'sticks: false }',
        why: 'a renewal undoes what a person did',
      },
      {
        file: 'packages/authority/src/decide-at-once.ts',
        find: "  if (refused.some((each) => covers(details, each))) return 'deny'\n",
        replace: '',
        why: 'what was taken back is asked again',
      },
      {
        file: 'packages/core/src/escalation.ts',
        find: "    case 'revoked':\n      return refused('REVOKED', decision)",
        replace: "    case 'revoked':\n      return { at: 'ask', retried: true }",
        why: 'what a person took back is asked for anew',
      },
    ],
  },
  {
    id: 'budget:bounded',
    says: 'A task asks at most so often and has at most so many questions open.',
    source: 'design §6, rulings H',
    sabotages: [
      {
        file: 'packages/core/src/task-state.ts',
        find: "if (this.asked >= requests || this.open.size >= open) throw refuse('BUDGET_SPENT')",
        replace: "if (this.open.size >= open) throw refuse('BUDGET_SPENT')",
        why: 'a task asks without end',
      },
      {
        file: 'packages/core/src/task-state.ts',
        find: "if (this.asked >= requests || this.open.size >= open) throw refuse('BUDGET_SPENT')",
        replace: "if (this.asked >= requests) throw refuse('BUDGET_SPENT')",
        why: 'a person is flooded',
      },
      {
        file: 'packages/core/src/task-state.ts',
        find: '      if (this.open.size + this.#asking < open) break\n',
        replace: '      break\n',
        why: 'parallel questions slip past together',
      },
    ],
  },
  {
    id: 'expire:skew',
    says: 'Lifetimes are counted from receipt, with the skew taken off, and survive a wrong clock.',
    source: 'design §6, ruling 22',
    sabotages: [
      {
        file: 'packages/core/src/lumoauth/grant.ts',
        find: 'expiresAt: settings.clock.now() + life - settings.skewMs,',
        replace: 'expiresAt: settings.clock.now() + life,',
        why: 'no skew is taken off',
      },
      {
        file: 'packages/core/src/ledger.ts',
        find: '      if (entry.grant.expiresAt <= now || except?.has(entry)) continue\n',
        replace: '      if (except?.has(entry)) continue\n',
        why: 'a grant is used past its end',
      },
      {
        file: 'packages/core/src/lumoauth/server-time.ts',
        find: 'return Number.isNaN(there) ? at : now + at - there',
        replace: 'return at',
        why: 'a wrong clock ends the wait',
      },
    ],
  },
  {
    id: 'isolation:two-tasks-never-share',
    says: 'Nothing one task was given or refused serves another.',
    source: 'design §6',
    sabotages: [
      {
        file: 'packages/core/src/engine.ts',
        find: '      runs.set(run.key, task)\n',
        replace: "      runs.set('', task)\n",
        why: 'one run key is several tasks',
      },
      {
        file: 'packages/core/src/engine.ts',
        find: 'const known = runs.get(run.key)',
        replace: 'const known = [...runs.values()][0]',
        why: 'all runs share a task',
      },
    ],
  },
  {
    id: 'isolation:two-users-never-share',
    says: 'Nothing done for one user serves another.',
    source: 'design §6, ruling 1',
    sabotages: [
      {
        file: 'packages/core/src/idempotency.ts',
        find: '    subject,\n    call,\n    method,',
        replace: '    call,\n    method,',
        why: 'two users share an idempotency key',
      },
    ],
  },
]
