// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a sabotage finds and puts there is source text
import type { Requirement } from './requirement.ts'

/** What the person's side owes to the person, and to nobody else. */
export const consoles: readonly Requirement[] = [
  {
    id: 'console:agents-text-is-inert',
    says: 'Text of an agent is never markup, and what cannot be seen in it is shown.',
    source: 'issue 7, must show; ruling H',
    sabotages: [
      {
        file: 'packages/console/src/words/inert.ts',
        find: '  return html`<bdi>${shown}</bdi>${',
        replace: '  return html([text] as unknown as TemplateStringsArray) ?? html`${',
        why: 'an agent writes the approver’s page',
      },
      {
        file: 'packages/console/src/words/inert.ts',
        find: '    .map((piece) => (UNSEEN.test(piece) ? html`<span class="unseen">${name(piece)}</span>` : piece))\n',
        replace: '',
        why: 'bidi overrides turn one word into another',
      },
    ],
  },
  {
    id: 'console:narrows-by-position',
    says: 'An approver’s form can take away and never add: what is kept is named by its place, not by its text.',
    source: 'issue 7.1; contract 3.8 extension',
    sabotages: [
      {
        file: 'packages/console/src/narrowing.ts',
        find: 'const left = items.filter((_, at) => chosen.has(String(at)))',
        replace: 'const left = [...chosen]',
        why: 'the form says what is granted',
      },
      {
        file: 'packages/console/src/rooms/request.ts',
        find: '            ...(details !== undefined && { details }),\n',
        replace: '',
        why: 'what was unticked is granted all the same',
      },
    ],
  },
  {
    id: 'console:riskiest-first',
    says: 'The riskiest request stands first, and a page holds fifty however many wait.',
    source: 'issue 7.1',
    sabotages: [
      {
        file: 'packages/console/src/rooms/inbox.ts',
        find: 'const PAGE = 50',
        replace: 'const PAGE = 500',
        why: 'a flood makes the page unusable',
      },
    ],
  },
  {
    id: 'console:undo',
    says: 'What was approved can be taken back at once, and stays denied for the rest of its task.',
    source: 'issue 7.1',
    sabotages: [
      {
        file: 'packages/console/src/rooms/request.ts',
        find: '() => operations.revokeRequest({ by, requestId: id })',
        replace: 'async () => operations.readRequest({ by, requestId: id })',
        why: 'the button says so and nothing happens',
      },
    ],
  },
  {
    id: 'console:rights',
    says: 'Who may not decide is shown no button for it, and gets nowhere without one.',
    source: 'issue 7.2',
    sabotages: [
      {
        file: 'packages/console/src/pages/visit.ts',
        find: "=> user.rights.includes('jit.approve')\nexport",
        replace: '=> user.rights.length > 0\nexport',
        why: 'auditors are shown what they may not do',
      },
    ],
  },
  {
    id: 'console:not-for-oneself',
    says: 'Whom a task is done for approves nothing in it.',
    source: 'issue 7.2; contract 15.12',
    sabotages: [
      {
        file: 'packages/console/src/pages/decision-form.ts',
        find: '  if (own)\n',
        replace: '  if (own && request.id === "")\n',
        why: 'the form is offered to who gains by it',
      },
    ],
  },
  {
    id: 'console:csrf',
    says: 'A post without the token of this browser and this session changes nothing.',
    source: 'issue 7.2 and must show',
    sabotages: [
      {
        file: 'packages/console/src/entrance.ts',
        find: "if (posted && !isToken(form.get('csrf'), visitor.csrf))",
        replace: "if (posted && form.get('csrf') === null)",
        why: 'any token will do',
      },
      {
        file: 'packages/console/src/door/csrf.ts',
        find: 'visit, sessionKey ?? null',
        replace: '0, 0',
        why: 'one person’s token is good for another',
      },
    ],
  },
  {
    id: 'console:own-origin',
    says: 'A post from another origin, another port included, or from nowhere, changes nothing.',
    source: 'issue 7.2 and must show; ruling 20',
    sabotages: [
      {
        file: 'packages/console/src/door/own-origin.ts',
        find: "  if (site !== null && site !== 'same-origin') throw foreign()\n",
        replace: '',
        why: 'what the browser says of the site is not heard',
      },
      {
        file: 'packages/console/src/door/own-origin.ts',
        find: '  if (origin !== null ? !fits : site === null) throw foreign()\n',
        replace: '',
        why: 'another port is taken for this one; nobody has to say anything',
      },
    ],
  },
  {
    id: 'console:own-host',
    says: 'A name that was rebound to this address gets no page.',
    source: 'issue 7 must show; ruling 20',
    sabotages: [
      {
        file: 'packages/authority/src/http.ts',
        find: '      admit(request)\n      for (const answerFirst of mounted) {',
        replace: '      for (const answerFirst of mounted) {',
        why: 'what is mounted answers to every name',
      },
    ],
  },
  {
    id: 'console:get-changes-nothing',
    says: 'A link, a preview or an image decides nothing: acts are posts.',
    source: 'issue 7.3',
    sabotages: [
      {
        file: 'packages/console/src/create-console.ts',
        find: 'deskRoutes()) app.on(method,',
        replace: "deskRoutes()) app.on(['GET', method],",
        why: 'a link approves',
      },
    ],
  },
  {
    id: 'console:cookies',
    says: 'Cookies are HttpOnly and SameSite, and on https Secure and this host’s own.',
    source: 'issue 7.2',
    sabotages: [
      { file: 'packages/console/src/door/cookies.ts', find: "    'HttpOnly',\n", replace: '' },
      { file: 'packages/console/src/door/cookies.ts', find: "    'SameSite=Lax',\n", replace: '' },
      {
        file: 'packages/console/src/door/cookies.ts',
        find: "...(url.protocol === 'https:' ? ['Secure'] : [])",
        replace: '...[]',
      },
    ],
  },
  {
    id: 'console:session-changes-at-sign-in',
    says: 'Signing in opens a new session and ends the one before it.',
    source: 'issue 7.2',
    sabotages: [
      {
        file: 'packages/console/src/sign-in-routes.ts',
        find: '  if (visitor.session && visitor.secret !== undefined)\n',
        replace: '  if (visitor.session && visitor.secret === "")\n',
        why: 'a planted session lives on',
      },
    ],
  },
  {
    id: 'console:no-inline',
    says: 'Pages have no inline script, style or handler and nothing htmx would evaluate, and their policy forbids all of it.',
    source: 'issue 7 must show; ruling H',
    sabotages: [
      {
        file: 'packages/console/src/door/headers.ts',
        find: '    `script-src ${assets}`,',
        replace: "    `script-src ${assets} 'unsafe-inline' 'unsafe-eval'`,",
      },
      {
        file: 'packages/console/src/door/headers.ts',
        find: '    "frame-ancestors \'none\'",\n',
        replace: '',
        why: 'the approve button can be framed and clicked through',
      },
    ],
  },
  {
    id: 'console:rates',
    says: 'A session can load and post no more in a minute than a person does.',
    source: 'issue 7.2',
    sabotages: [
      {
        file: 'packages/console/src/entrance.ts',
        find: "      if (visitor.session) throttle.count(posted ? 'posts' : 'reads', visitor.session.key)\n      else if",
        replace: '      if',
      },
    ],
  },
  {
    id: 'console:live',
    says: 'A page hears that something changed, and nothing of what: it asks again with its own rights.',
    source: 'issue 7.1; design §8',
    sabotages: [
      {
        file: 'packages/console/src/live.ts',
        find: "  asked: ['pending', 'tasks'],",
        replace: '  asked: [],',
        why: 'the inbox stays as it was',
      },
    ],
  },
  {
    id: 'console:live-ends-with-its-session',
    says: 'The live line of a session that ended ends.',
    source: 'issue 7.2',
    sabotages: [
      {
        file: 'packages/console/src/live.ts',
        find: '        if (!(await allowed())) break\n',
        replace: '',
      },
    ],
  },
  {
    id: 'console:task-ends',
    says: 'A person ends a task, and everything it held is dead.',
    source: 'issue 7.1',
    sabotages: [
      {
        file: 'packages/console/src/rooms/tasks.ts',
        find: "      await operations.endTask({ by, taskId: id, reason: field(form, 'reason') })\n",
        replace: '',
      },
    ],
  },
  {
    id: 'console:secret-told-once',
    says: 'A new secret of an agent is told on the page that made it, which nothing keeps.',
    source: 'issue 7.1',
    sabotages: [
      {
        file: 'packages/console/src/answers.ts',
        find: "if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store')",
        replace: '',
        why: 'the page lies in the browser’s cache',
      },
    ],
  },
]
