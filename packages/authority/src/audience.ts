/** The audience as tokens carry it, or undefined when it cannot be one (RFC 8707 §2). */
export const readAudience = (value: string): string | undefined =>
  !value.includes('#') && value.length <= 2048 && URL.canParse(value) ? value : undefined
