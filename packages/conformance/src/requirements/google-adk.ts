import type { Requirement } from './requirement.ts'

/** Where Google ADK by itself would lose something: what its adapter adds to the suite of all adapters. */
export const googleAdk: readonly Requirement[] = [
  {
    id: 'google-adk:left-early',
    says: 'A consumer that breaks, throws or aborts leaves no grant alive, although ADK tells no plugin of it.',
    source: 'design §7, decision 0016',
    sabotages: [
      {
        file: 'packages/google-adk/src/run.ts',
        find: '      if (watch.run) await runs.end(watch.run)',
        replace: '      if (watch.run && done) await runs.end(watch.run)',
      },
    ],
  },
  {
    id: 'google-adk:beside-a-pause',
    says: 'The results of the calls beside a paused one are kept, and the model never sees a call without a result.',
    source: 'design §7, decision 0016',
    sabotages: [
      {
        file: 'packages/google-adk/src/under-permission.ts',
        find: '      await task.suspend()',
        replace: '      await task.suspend()\n      context?.requestConfirmation({})',
        why: 'ADK’s own way of asking ends the turn before its results are kept',
      },
    ],
  },
  {
    id: 'google-adk:agent-as-tool',
    says: 'An agent that is a tool works within the task of the run around it, which ends it.',
    source: 'design §7, decision 0016',
    sabotages: [
      {
        file: 'packages/google-adk/src/runs.ts',
        find: '    Object.assign(context, { abortSignal: signal })',
        replace: '',
        why: 'nothing leads from the inner run to the outer one',
      },
    ],
  },
  {
    id: 'google-adk:waits-where-lost',
    says: 'Where ADK could not go on from a pause, a call waits instead.',
    source: 'design §7, decision 0016',
    sabotages: [
      {
        file: 'packages/google-adk/src/place.ts',
        find: '    if (!isLlmAgent(agent)) return false',
        replace: '    if (!isLlmAgent(agent)) return true',
      },
      {
        file: 'packages/google-adk/src/place.ts',
        find: '  if (runs.own(surroundings) !== run || !surroundings.agent) return false',
        replace: '  if (!surroundings.agent) return false',
      },
      {
        file: 'packages/google-adk/src/place.ts',
        find: '    if (agent.disallowTransferToParent && !run.resumable) return false',
        replace: '',
      },
    ],
  },
  {
    id: 'google-adk:a-no-takes-back',
    says: 'An answer to ADK’s confirmation that says no takes the question back; any other only wakes the call.',
    source: 'ruling 1, decision 0016',
    sabotages: [
      {
        file: 'packages/google-adk/src/replies.ts',
        find: '  return confirmed === false ||',
        replace: '  return confirmed === null ||',
      },
      {
        file: 'packages/google-adk/src/under-permission.ts',
        find: '      await jit.abandon(pause.kept.handle, task)',
        replace: '',
        why: 'people are asked for what nobody will do',
      },
    ],
  },
  {
    id: 'google-adk:own-confirmation',
    says: 'A confirmation of the application and a pause of ours in one turn or one call do not lose each other.',
    source: 'decision 0016',
    sabotages: [
      {
        file: 'packages/google-adk/src/jit-plugin.ts',
        find: "    const more = asks ? take(run, event.author ?? '') : []",
        replace: '    const more = asks ? [] : []',
      },
    ],
  },
]
