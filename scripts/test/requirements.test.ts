import { describe, expect, it } from 'vitest'
import type { Requirement } from '../../packages/conformance/src/requirements/requirement.ts'
import { type Evidence, findProblems } from '../requirements/gate.ts'
import { judge } from '../requirements/run-tests.ts'

const file = 'packages/core/src/flight.ts'
const sound: Requirement = {
  id: 'flight:asks-once',
  says: 'Asks once.',
  source: 'design §6',
  sabotages: [{ file, find: 'join()', replace: 'lead()' }],
}
const test = { file: 'packages/core/test/flight.test.ts', line: 7, title: ['flights'] }
const named = { ...test, title: ['flights', 'flight:asks-once — a hundred calls, one request'] }

function problemsOf(evidence: Partial<Evidence>): readonly string[] {
  const problems = findProblems({
    requirements: [sound],
    skips: [],
    tests: [named],
    read: (path) => (path === file ? 'return join()' : undefined),
    whereIs: () => ({ file: 'data.ts', line: 3 }),
    ...evidence,
  })
  return problems.map(({ file, line, what }) => `${file}:${line} ${what}`)
}

describe('the gate on requirements', () => {
  it('is content with an id that has a test and a sabotage that fits', () => {
    expect(problemsOf({})).toEqual([])
  })

  it('wants a test whose title begins with the id, not one that mentions or prolongs it', () => {
    for (const title of ['about flight:asks-once', 'asks once']) {
      const problems = problemsOf({ tests: [{ ...test, title: [title] }] })
      expect(problems).toEqual(['data.ts:3 flight:asks-once: no test title begins with it'])
    }
    expect(problemsOf({ tests: [{ ...test, title: ['flight:asks-once-more'] }] })).toEqual([
      'packages/core/test/flight.test.ts:7 the title names flight:asks-once-more, which is no requirement',
      'data.ts:3 flight:asks-once: no test title begins with it',
    ])
  })

  it('points at a title that claims an unknown id, also on a describe', () => {
    const tests = [named, { ...test, title: ['flight:asks-twice — no', 'a test'] }]
    expect(problemsOf({ tests })).toEqual([
      'packages/core/test/flight.test.ts:7 the title names flight:asks-twice, which is no requirement',
    ])
  })

  it('leaves titles alone that only look like prose', () => {
    const titles = [
      'urn:other names it',
      'http: a colon',
      'NOTE:this',
      'node:fs',
      'a:b:c d',
      'https://api.example refuses',
    ]
    const tests = [named, ...titles.map((title) => ({ ...test, title: [title] }))]
    expect(problemsOf({ tests })).toEqual([
      'packages/core/test/flight.test.ts:7 the title names node:fs, which is no requirement',
    ])
  })

  it('wants each sabotage to fit exactly once, in a source, and to change something', () => {
    const withSabotage = (sabotage: Partial<Requirement['sabotages'][number]>) =>
      problemsOf({
        requirements: [
          { ...sound, sabotages: [{ file, find: 'join()', replace: '', ...sabotage }] },
        ],
      })
    expect(withSabotage({ find: 'leave()' })).toHaveLength(1)
    expect(withSabotage({ find: 'n' })).toHaveLength(1)
    expect(withSabotage({ find: '' })).toHaveLength(2)
    expect(withSabotage({ replace: 'join()' })).toHaveLength(1)
    expect(withSabotage({ file: 'packages/core/src/gone.ts' })).toHaveLength(1)
    expect(withSabotage({ file: 'packages/core/test/flight.test.ts' })).toHaveLength(2)
    expect(problemsOf({ requirements: [{ ...sound, sabotages: [] }] })).toHaveLength(1)
  })

  it('finds an id written twice, or badly, or without a word', () => {
    expect(problemsOf({ requirements: [sound, sound] })).toHaveLength(1)
    expect(problemsOf({ requirements: [{ ...sound, says: ' ' }] })).toHaveLength(1)
    const shouted = problemsOf({ requirements: [sound, { ...sound, id: 'Flight:x' }] })
    expect(shouted).toContain('data.ts:3 Flight:x: not of the form room:sentence-in-short')
  })

  it('wants every skip to have a reason and a proof that is a test', () => {
    const skip = {
      name: 'plain',
      id: sound.id,
      reason: 'it has no flights',
      proof: 'plain has none',
    }
    const proof = { ...test, title: ['plain has none at all'] }
    expect(problemsOf({ skips: [skip], tests: [named, proof] })).toEqual([])
    expect(problemsOf({ skips: [skip] })).toHaveLength(1)
    const bare = { ...skip, reason: '', proof: '' }
    expect(problemsOf({ skips: [bare], tests: [named, proof] })).toHaveLength(2)
    const unknown = { ...skip, id: 'flight:other' }
    expect(problemsOf({ skips: [unknown], tests: [named, proof] })).toHaveLength(1)
  })
})

describe('what a run under sabotage proves', () => {
  const result = (...assertionResults: { status: string; failureMessages?: string[] }[]) => ({
    testResults: [
      {
        name: 'a.test.ts',
        status: assertionResults.some(({ status }) => status === 'failed') ? 'failed' : 'passed',
        assertionResults: assertionResults.map((one) => ({ title: 'a title', ...one })),
      },
    ],
  })

  it('is red when a test that ran did not get what it expects', () => {
    const failed = { status: 'failed', failureMessages: ['AssertionError: expected 2 to be 1'] }
    expect(judge(result({ status: 'passed' }, failed)).kind).toBe('red')
  })

  it('is green when every test that ran passed, and empty when none ran', () => {
    expect(judge(result({ status: 'passed' }, { status: 'skipped' }))).toEqual({
      kind: 'green',
      passed: 1,
    })
    expect(judge(result({ status: 'skipped' })).kind).toBe('empty')
  })

  it('is broken, not red, when the patch left nonsense behind', () => {
    const nonsense = { status: 'failed', failureMessages: ['ReferenceError: x is not defined'] }
    expect(judge(result({ status: 'passed' }, nonsense)).kind).toBe('broken')
    const unloaded = {
      name: 'a.test.ts',
      status: 'failed',
      message: 'no export',
      assertionResults: [],
    }
    expect(judge({ testResults: [unloaded] })).toEqual({ kind: 'broken', why: 'no export' })
  })
})
