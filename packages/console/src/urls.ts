/** Where people go; for `approvalUri`, announcements and messages. */
export interface ConsoleUrls {
  readonly home: string
  readonly request: (requestId: string) => string
  /** The page that signs in with a one-time code, once its button is pressed. Behind `#`, the code reaches no log. */
  readonly signInLink: (code: string) => string
}

export const DEFAULT_PATH = '/console'

/** Addresses of the console of an authority at `url`. */
export const consoleUrls = (url: string, path: string = DEFAULT_PATH): ConsoleUrls => {
  const base = `${new URL(url).origin}${path}`
  return {
    home: `${base}/`,
    request: (requestId) => `${base}/requests/${encodeURIComponent(requestId)}`,
    signInLink: (code) => `${base}/sign-in/link#${encodeURIComponent(code)}`,
  }
}
