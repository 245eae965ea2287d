export { type Console, type ConsoleOptions, createConsole } from './create-console.ts'
export { type ConsoleUrls, consoleUrls } from './urls.ts'
