import { LogLevel, type setLogger } from '@google/adk'
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'

type Logger = NonNullable<Parameters<typeof setLogger>[0]>

const exporter = new InMemorySpanExporter()
let registered = false

/** Everything that would go to a tracing service, from here on. */
export function spans(): { readonly seen: () => readonly unknown[] } {
  if (!registered) {
    new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
  }
  registered = true
  const from = exporter.getFinishedSpans().length
  return {
    seen: () =>
      exporter
        .getFinishedSpans()
        .slice(from)
        .map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
  }
}

/** Keeps what ADK logs, whatever the level, and prints nothing. */
export class KeptLog implements Logger {
  readonly seen: unknown[] = []
  log(_: LogLevel, ...args: unknown[]): void {
    this.seen.push(args)
  }
  debug = (...args: unknown[]) => this.log(LogLevel.DEBUG, ...args)
  info = (...args: unknown[]) => this.log(LogLevel.INFO, ...args)
  warn = (...args: unknown[]) => this.log(LogLevel.WARN, ...args)
  error = (...args: unknown[]) => this.log(LogLevel.ERROR, ...args)
  setLogLevel(): void {}
}
