import { asking } from './requirements/asking.ts'
import { authorities } from './requirements/authorities.ts'
import { authorityStores } from './requirements/authority-stores.ts'
import { challenges } from './requirements/challenges.ts'
import { commandLine } from './requirements/command-line.ts'
import { consoles } from './requirements/consoles.ts'
import { ending } from './requirements/ending.ts'
import { gateways } from './requirements/gateways.ts'
import { googleAdk } from './requirements/google-adk.ts'
import { guards } from './requirements/guards.ts'
import { humanSide } from './requirements/human-side.ts'
import { pausing } from './requirements/pausing.ts'
import { proxies } from './requirements/proxies.ts'
import type { Requirement } from './requirements/requirement.ts'
import { secrecy } from './requirements/secrecy.ts'
import { sending } from './requirements/sending.ts'
import { stores } from './requirements/stores.ts'

/** Everything that must hold, in the order of design §6; what the suites of the ports add comes last. */
export const requirements: readonly Requirement[] = [
  ...challenges,
  ...sending,
  ...asking,
  ...pausing,
  ...ending,
  ...secrecy,
  ...stores,
  ...authorities,
  ...authorityStores,
  ...humanSide,
  ...proxies,
  ...guards,
  ...commandLine,
  ...gateways,
  ...consoles,
  ...googleAdk,
]
