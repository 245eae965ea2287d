/** Agent ids as they appear in `sub`. */
export const agentSlug = (id: string): string => id.replace(/^agt_/, '')
