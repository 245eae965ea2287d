// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a sabotage finds and puts there is source text
import type { Requirement } from './requirement.ts'

export const pausing: readonly Requirement[] = [
  {
    id: 'pause:native',
    says: "A call that waits for a human pauses in the framework's own way and leaves a handle in its state.",
    source: 'design §6, ruling 9',
    sabotages: [
      {
        file: 'packages/core/src/waiting.ts',
        find: "if (call.pending === 'suspend' || (call.pending === 'auto' && call.durable)) return since",
        replace:
          "if (call.pending === 'suspend' || (call.pending === 'auto' && call.durable)) return lastMoment(pending, since)",
        why: 'nothing pauses',
      },
      {
        file: 'packages/core/src/call.ts',
        find: '  const requests = [...call.opened.values()].flatMap(({ waits }) => (waits ? [waits] : []))',
        replace: '  const requests: PendingRequest[] = []',
        why: 'the pause names nothing',
      },
    ],
  },
  {
    id: 'pause:when-told',
    says: 'A wait in place becomes a pause as soon as its caller says so; what is being sent goes on.',
    source: 'ruling 9: a gateway joins the callers of one call',
    sabotages: [
      {
        file: 'packages/core/src/call.ts',
        find: 'pause: how.pause,',
        replace: 'pause: undefined,',
        why: 'whoever waits in place cannot leave',
      },
    ],
  },
  {
    id: 'pause:second-run-asks-nobody',
    says: 'A resumed call finds its own request again instead of opening another.',
    source: 'design §6, rulings 1 and 10',
    sabotages: [
      {
        file: 'packages/core/src/call.ts',
        find: 'identity: named ? await identityOf(key, toolName, named.args ?? null) : key,',
        replace: 'identity: randomName(),',
        why: 'no execution is known for that of the same call',
      },
    ],
  },
  {
    id: 'pause:two-escalations-in-one-tool',
    says: 'A call that escalated twice resumes without asking for the first again.',
    source: 'design §6, ruling 10',
    sabotages: [
      {
        file: 'packages/core/src/call.ts',
        find: 'identity: named ? await identityOf(key, toolName, named.args ?? null) : key,',
        replace: 'identity: randomName(),',
        why: 'no execution is known for that of the same call',
      },
    ],
  },
  {
    id: 'pause:goes-on-in-a-new-process',
    says: "A pause survives SIGKILL and goes on in a new process with nothing shared but the framework's state.",
    source: 'design §6, ruling 10',
    sabotages: [
      {
        file: 'packages/core/src/engine.ts',
        find: '    const again = await resumed(ground, run.handle, options)\n    if (again) return again\n  }\n  return open',
        replace: '    void resumed\n  }\n  return open',
        why: 'a resumed run is another task',
      },
      {
        file: 'packages/core/src/call.ts',
        find: 'identity: named ? await identityOf(key, toolName, named.args ?? null) : key,',
        replace: 'identity: randomName(),',
        why: 'no execution is known for that of the same call',
      },
    ],
  },
  {
    id: 'pause:late-redeem',
    says: 'An approval found late is still redeemed, without asking again.',
    source: 'design §6, ruling 10',
    sabotages: [
      {
        file: 'packages/authority/src/operations/approve.ts',
        find: 'redeemUntil: Math.min(at + context.configuration.limits.redeemMs, task.expiresAt),',
        replace: 'redeemUntil: Math.min(at + request.ttlSeconds * 1000, task.expiresAt),',
        why: 'the window is as short as the token',
      },
      {
        file: 'packages/authority/src/tokens.ts',
        find: 'const end = context.clock.now() + lifetime.seconds * 1000',
        replace: 'const end = context.clock.now() + lifetime.seconds * 500',
        why: 'the token lives half its time',
      },
      {
        file: 'packages/core/src/escalation.ts',
        find: "      return (state.at === 'check' || state.at === 'redeem') && !retried",
        replace: "      return (state.at === 'check' || state.at === 'redeem')",
        why: 'a window that is over is asked again for ever',
      },
    ],
  },
  {
    id: 'redeem:again-after-lost-answer',
    says: 'A redemption whose answer was lost may be repeated, and the token before it dies.',
    source: 'design §6, ruling 10',
    sabotages: [
      {
        file: 'packages/authority/src/memory/redemptions.ts',
        find: 'const armed = { ...disarm(request, at), redemptions, liveToken }',
        replace:
          'const armed = { ...request, redemptions, liveToken: request.liveToken ?? liveToken }',
        why: 'the second token is dead, the first lives on',
      },
      {
        file: 'packages/authority/src/memory/redemptions.ts',
        find: "        request?.state === 'approved' &&\n        at < (request.redeemUntil ?? 0) &&",
        replace:
          "        request?.state === 'approved' &&\n        request.redemptions === 0 &&\n        at < (request.redeemUntil ?? 0) &&",
        why: 'a redemption cannot be repeated',
      },
    ],
  },
  {
    id: 'pause:task-stays-open',
    says: 'A pause does not end the task it belongs to.',
    source: 'design §6, ruling 15',
    sabotages: [
      {
        file: 'packages/core/src/task.ts',
        find: '      if (!hold.kept) await task.complete()',
        replace: '      if (!hold.kept || !ended) await task.complete()',
        why: '`using` ends what was suspended',
      },
      {
        file: 'packages/core/src/engine.ts',
        find: "        hold.kept ||= isLumojitError(error) && error.code === 'SUSPENDED'\n",
        replace: '',
        why: 'runTask ends what was suspended',
      },
    ],
  },
  {
    id: 'pause:siblings-once',
    says: 'Calls beside the paused one are done once, not again on resume.',
    source: 'design §6, ruling 9',
    sabotages: [
      {
        file: 'packages/conformance/src/pretend-framework.ts',
        find: '    .filter((call) => !answered.has(call.id))',
        replace:
          '    .filter((call) => !answered.has(call.id) || Object.keys(thread.waiting).length > 0)',
        why: 'what stood beside a pause is run again',
      },
      {
        file: 'packages/langgraph/src/create-jit-tool-node.ts',
        find: 'callsIn(input).map((call) => remembered(call))',
        replace: 'callsIn(input).map((call) => runOne(call, stateOf(input)))',
        why: 'a graph executes the whole node again',
      },
    ],
  },
  {
    id: 'pause:resume-is-only-a-wake-up',
    says: 'Whatever a resume says, the authority decides.',
    source: 'design §6, ruling 1',
    sabotages: [
      {
        file: 'packages/core/src/engine.ts',
        find: "      if (statuses.includes('pending')) return 'pending'\n",
        replace: "      if (statuses.includes('pending')) return 'granted'\n",
        why: 'a pause reads as approved',
      },
    ],
  },
  {
    id: 'handle:sealed',
    says: 'A handle that was changed, has ended or names another task or call is ignored with an event.',
    source: 'design §6, ruling 1',
    sabotages: [
      {
        file: 'packages/core/src/handle.ts',
        find: '    if (await verified(key, body, claimed)) {',
        replace: '    if (await verified(key, body, claimed) || claimed.length > 0) {',
        why: 'nobody looks at the seal',
      },
      {
        file: 'packages/core/src/handle.ts',
        find: "return content.expiresAt > now ? content : 'expired'",
        replace: 'return content',
        why: 'a handle has no end',
      },
    ],
  },
  {
    id: 'handle:other-users-valid-handle-grants-nothing',
    says: "Another user's valid handle grants nothing.",
    source: 'design §6, ruling 1',
    sabotages: [
      {
        file: 'packages/core/src/handle-check.ts',
        find: "  if (task !== undefined && content.task !== task) return 'other-task'\n  if (subject !== undefined && content.subject !== subject) return 'other-subject'\n",
        replace: '',
        why: 'whose handle it is does not count',
      },
    ],
  },
  {
    id: 'handle:changed-arguments',
    says: 'A handle does not serve the same call with other arguments.',
    source: 'design §6, ruling 1',
    sabotages: [
      {
        file: 'packages/core/src/call.ts',
        find: 'identity: named ? await identityOf(key, toolName, named.args ?? null) : key,',
        replace: 'identity: named ? await identityOf(key, toolName, null) : key,',
        why: 'arguments do not count',
      },
    ],
  },
  {
    id: 'pause:latch',
    says: 'After a suspension every further fetch of that call is refused, even when the tool swallowed the first.',
    source: 'design §6, ruling 9',
    sabotages: [
      {
        file: 'packages/core/src/tool-call.ts',
        find: '    await rest()\n    if (call.latch) return await latched(task, call)\n    done = true',
        replace: '    await rest()\n    done = true',
        why: 'a tool that swallows the pause is done',
      },
      {
        file: 'packages/core/src/tool-call.ts',
        find: '  } catch (error) {\n    await rest()\n',
        replace: '  } catch (error) {\n',
        why: 'a pause does not wait for the other fetches',
      },
      {
        file: 'packages/core/src/waiting.ts',
        find: "  call.latch ??= { kind: 'suspended' }\n",
        replace: '',
        why: 'a suspended call goes on',
      },
    ],
  },
  {
    id: 'pause:block-mode',
    says: 'With `block` the call waits where it is until the request is decided or has expired.',
    source: 'design §6, ruling 9',
    sabotages: [
      {
        file: 'packages/core/src/waiting.ts',
        find: "return call.pending === 'auto' ? since + UNDETECTED_MS : lastMoment(pending, since)",
        replace: 'return since',
        why: 'block pauses',
      },
    ],
  },
  {
    id: 'pause:auto',
    says: '`auto` suspends only where a place that outlives the process was detected.',
    source: 'design §6, rulings D3',
    sabotages: [
      {
        file: 'packages/core/src/waiting.ts',
        find: "(call.pending === 'auto' && call.durable)",
        replace: "call.pending === 'auto'",
        why: 'auto pauses where nothing is kept',
      },
      {
        file: 'packages/core/src/waiting.ts',
        find: "(call.pending === 'auto' && call.durable)",
        replace: "(call.pending === 'auto' && !call.durable)",
        why: 'auto never pauses where it could',
      },
    ],
  },
  {
    id: 'pause:abandoned-is-cancelled',
    says: 'A paused call that will never be resumed takes its open requests back.',
    source: 'design §6, ruling 15',
    sabotages: [
      {
        file: 'packages/core/src/lumoauth/lumo-auth.ts',
        find: 'const path = `/jit/revoke/${idSegment(ref)}`',
        replace: 'const path = `/jit/request/${idSegment(ref)}/token`',
        why: 'the client takes nothing back',
      },
      {
        file: 'packages/core/src/engine.ts',
        find: "if (held?.reuse === 'task' || others?.size) continue",
        replace: "if (held?.reuse === 'task') continue",
        why: 'what another call waits for is taken from it',
      },
      {
        file: 'packages/authority/src/memory/requests.ts',
        find: '        const end = { ...disarm(each, at), decidedAt: at, decidedBy: by, sticks }',
        replace:
          '        const end = { ...disarm(each, at), decidedAt: at, decidedBy: by, sticks: true }',
        why: 'what the agent took back it can never ask again',
      },
      {
        file: 'packages/core/src/engine.ts',
        find: '        await ground.authority.withdraw?.({ taskId: id, requestId }, state.io()).catch(() => false)\n',
        replace: '',
        why: 'a person goes on being asked for nothing',
      },
      {
        file: 'packages/core/src/engine.ts',
        find: '      const content = await trusted(ground, kept, { subject: state.subject, task: id })\n      for',
        replace:
          '      const content = await trusted(ground, kept, { subject: undefined })\n      for',
        why: "another's pause can be abandoned",
      },
    ],
  },
  {
    id: 'claim:one-winner',
    says: 'Of several who would do the same call at once, in one process or two, exactly one does.',
    source: 'design §6, ruling 14',
    sabotages: [
      {
        file: 'packages/conformance/src/sqlite-store.ts',
        find: ' where record.expires <= ?`',
        replace: ' where ? is not null`',
        why: 'a claim that is held is taken over',
      },
      {
        file: 'packages/core/src/claims.ts',
        find: '        await store.put(key, DONE, { ttlMs: CLAIM_MS, ifAbsent: true })\n',
        replace: '        continue\n',
        why: 'a call that was done is done again',
      },
      {
        file: 'packages/core/src/obtain.ts',
        find: "  if (question.reuse === 'once') await claim(task, call, question.unit)\n",
        replace: '',
        why: 'two processes do the same call',
      },
      {
        file: 'packages/core/src/store.ts',
        find: '      if (ifAbsent && live(key)) return false\n',
        replace: '',
        why: 'a claim that is held is taken over',
      },
    ],
  },
  {
    id: 'callback:verified',
    says: 'A callback counts only when the authority signed it just now; anything else is put aside with an event.',
    source: 'ruling 20; Standard Webhooks 1.0',
    sabotages: [
      {
        file: 'packages/core/src/callback.ts',
        find: "if (!(await anyFits(callback.secrets, signatures, signed))) return 'forged'",
        replace: 'await anyFits(callback.secrets, signatures, signed)',
        why: 'anybody may write one',
      },
      {
        file: 'packages/core/src/callback.ts',
        find: "if (Math.abs(clock.now() - Number(time) * 1000) > TOLERANCE_MS) return 'expired'",
        replace: '',
        why: 'one that was kept works for ever',
      },
    ],
  },
  {
    id: 'callback:wakes-only',
    says: 'A callback makes a waiting call look at once, and decides nothing itself.',
    source: 'ruling 20, contract 6.2',
    sabotages: [
      {
        file: 'packages/core/src/engine.ts',
        find: 'if (ref) ground.wakeups.wake(ref.requestId)',
        replace: '',
        why: 'nobody is woken',
      },
      {
        file: 'packages/core/src/ask.ts',
        find: '...(task.ground.callback && { callbackUrl: task.ground.callback.url }),',
        replace: '',
        why: 'the authority is never told where to post',
      },
    ],
  },
]
