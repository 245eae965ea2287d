import type { AdapterSetup, Seen, Tamper } from '../adapter-driver.ts'

/** The part of a set-up that can leave the process. Tools and engine are built on the other side. */
export type PlainSetup = Omit<AdapterSetup, 'jit' | 'tools'>

/** What a child process is told to do, as one line of JSON on its standard input. */
export interface ChildJob {
  /** What `connectWorld` needs to reach the parent's world. */
  readonly world: string
  readonly setup: PlainSetup
  /** File of a store that several processes share. Default: a store in memory. */
  readonly store?: string
  readonly act:
    | { readonly kind: 'start'; readonly input: string }
    | { readonly kind: 'resume'; readonly state: string; readonly tamper?: Tamper }
}

/** What it answers: one line, and then it waits for its end. */
export type ChildAnswer = { readonly seen: Seen } | { readonly broke: string }

/** Before the line of JSON, so that whatever else a framework prints is told apart. */
export const ANSWER = 'lumojit-child-answer:'
